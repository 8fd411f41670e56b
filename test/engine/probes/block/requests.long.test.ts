// Requests whose places are taken, or whose end was not seen.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { countInFlight, diskRows } from '../../../../src/engine/probes/block/decode.ts'
import { blockLayout } from '../../../../src/engine/probes/block/record-layout.ts'
import { diskNames } from '../../../../src/engine/proc/disks.ts'
import { loadObject } from '../../../../src/engine/native/object.ts'
import { sumPerCpu, words } from '../../../../src/engine/native/per-cpu.ts'
import { PROBES_BUILT } from '../../../../src/paths.ts'
import { startBlock } from '../../../helpers/block.ts'
import { bpfTest } from '../../../helpers/bpf.ts'
import { statistics } from '../../../helpers/disks.ts'
import { probeContext } from '../../../helpers/workload.ts'
import { COMMANDS, diskOf } from './working.ts'

const SEEN = ['io_start', 'issue', 'complete']

const readDirectly = (path: string, count: number): void => {
  execFileSync('dd', [`if=${path}`, 'of=/dev/null', 'iflag=direct', 'bs=4k', `count=${count}`], { stdio: 'ignore' })
}

bpfTest(
  'requests whose place is taken are followed all the same',
  (t) => {
    const disk = diskOf(t)
    const probe = startBlock({ ...probeContext, maxEntries: { starts: 1 } })
    t.teardown(probe.close)
    const before = statistics(disk)
    readDirectly(disk.path, 1000)
    const { data, lost } = probe.read()
    const reads = data.disks.find(({ name, op }) => name === disk.name && op === 'read')!
    t.is(reads.ops, statistics(disk, before).reads)
    t.true(reads.ops - reads.total.count <= lost)
    t.true(reads.total.count > 900)
  },
  COMMANDS,
)

bpfTest(
  'requests whose end was not seen are counted, as lost, when their address is used again',
  (t) => {
    const disk = diskOf(t)
    const object = loadObject(join(PROBES_BUILT, 'block.bpf.o'), { programs: (name) => SEEN.includes(name) })
    t.teardown(object.close)
    const setup = Buffer.alloc(object.map('.data.setup').valueSize)
    setup.writeUInt32LE(1, object.layout('setup', ['io_start']).io_start)
    object.map('.data.setup').update(Buffer.alloc(4), setup)
    const before = statistics(disk)
    object.attach(SEEN.slice(0, 2))
    readDirectly(disk.path, 500)
    const { reads } = statistics(disk, before)
    const layout = blockLayout(object).start
    const unseen = countInFlight(layout, words(object.map('starts').mapped()), 0, () => false)
    t.true(unseen > 0)
    const touched = object.map('.data.touched').mapped()
    t.is(
      countInFlight(layout, words(object.map('starts').mapped()), 0, () => false, touched),
      unseen,
    )
    t.true(touched.filter((page) => page === 0).length > touched.length / 2, 'most pages were never touched')
    const totals = object.layout('totals', ['lost'])
    const { valueSize } = object.map('totals')
    const lost = sumPerCpu(
      words(object.map('totals').lookup(Buffer.alloc(4))!),
      valueSize,
      totals.lost,
      new Float64Array(1),
    )[0]!
    const rows = diskRows(blockLayout(object).disk, 1, diskNames())
    const ofDisk = rows(words(object.map('disk_ids').mapped()), (row) => object.map('disks').range(row, 1), 0)
    const row = ofDisk.find(({ name, op }) => name === disk.name && op === 'read')!
    t.is(row.total.count, 0)
    t.true(row.ops >= reads - unseen && row.ops < reads)
    t.true(lost >= row.ops)

    const disks = object.map('disks')
    const key = Buffer.alloc(4)
    for (const place of [0, 1, disks.maxEntries - 2]) {
      const two = Buffer.from(disks.range(place, 2))
      for (const [at, value] of [two.subarray(0, disks.valueSize), two.subarray(disks.valueSize)].entries()) {
        key.writeUInt32LE(place + at)
        t.deepEqual(value.subarray(0, disks.valueSize), disks.lookup(key), `${place + at}`)
      }
    }
    t.throws(() => disks.range(disks.maxEntries - 1, 2), { message: /^read map disks/ })

    object.attach(SEEN.slice(2))
    readDirectly(disk.path, 500)
    const later = rows(words(object.map('disk_ids').mapped()), (row) => object.map('disks').range(row, 1), 0)
    const { total } = later.find(({ name, op }) => name === disk.name && op === 'read')!
    t.is(total.count, statistics(disk, before).reads - reads)
  },
  COMMANDS,
)
