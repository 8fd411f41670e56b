// The disks probe: how many requests there were at a time, and what holds them back.
import { start } from '../../../src/engine/probes/disks/probe.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { rowsOf, startHere, sumOf } from '../../helpers/described-probe.ts'
import { fio, loopDevice } from '../../helpers/disks.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { throttledReads } from '../../helpers/throttle.ts'

bpfTest(
  'eight requests at a time, held back by a limit which is named',
  async (t) => {
    const folder = temporaryFolder(t)
    const throttle = throttledReads(folder, 40)
    if (!throttle) return skip(t, 'reads of the folder for temporary files cannot be limited here')
    const disk = loopDevice(folder, 16)
    t.teardown(() => {
      disk.detach()
      throttle.remove()
    })
    const probe = startHere(t, start, 'disks')
    probe.read()
    const options = ['--ioengine=libaio', '--iodepth=8', '--rw=randread', '--bs=4k', '--time_based', '--runtime=3']
    const begun = performance.now()
    await fio([...options, `--filename=${disk.path}`], [[]], throttle.enter)
    const us = 1000 * (performance.now() - begun)
    const data = probe.read()
    const rows = rowsOf(data, 'disks')
    const row = rows.find((each) => each.disk === disk.name)!
    t.is(row.kind, 'loop')
    const { buckets, count } = data.hists[row.depth as string]!
    const most = buckets.findIndex((from, i) => i % 3 === 0 && from === 8)
    // the limit lets several go at once, and a busy machine is late with those that follow
    t.true(buckets[most + 2]! > count * 0.6, `${buckets}`)
    // never more than eight; but the end of one may be told to nobody (truth/run.ts), and it counts for a moment longer
    const more = buckets.slice(most + 3).reduce((sum, us, i) => sum + (i % 3 === 2 ? us : 0), 0)
    t.true(more < count * 0.02, `${buckets}`)
    t.true(count <= us && count > 2e6, `${count} of ${us} us`)
    const limited = rows.filter(({ limits }) => String(limits).includes(`/probetop-${process.pid} 40 reads/s`))
    t.is(limited.length, 1)
    t.true(sumOf(limited, 'reads') > 0)
  },
  ['fio', 'losetup'],
)
