// Block I/O seen in windows, beside a probe that follows every request: the same counts and latencies within what it says.
import { join } from 'node:path'
import { startBlock } from '../../../helpers/block.ts'
import { mergeHists, percentileNs } from '../../../../src/model/base/histogram.ts'
import { bpfTest } from '../../../helpers/bpf.ts'
import { temporaryFolder } from '../../../helpers/temporary.ts'
import { sleepMs, start, withProbe } from '../../../helpers/workload.ts'

type Reading = ReturnType<ReturnType<typeof startBlock>['read']>

const SECONDS = 2
/** Of a slot, of those that have eight for each power of two. */
const SLOT = 1.125

bpfTest(
  'operations seen in windows are as many and as long as all of them, within what is said; then all are followed again',
  async (t) => {
    const file = join(temporaryFolder(t), 'file')
    const fio = start('fio', [
      '--name=x',
      `--filename=${file}`,
      '--size=16M',
      '--rw=randread',
      '--bs=4k',
      '--direct=1',
      '--ioengine=psync',
      '--rate_iops=2000',
      '--time_based',
      '--runtime=30',
    ])
    t.teardown(() => fio.kill())
    await withProbe(startBlock, (full) =>
      withProbe(startBlock, async (sampled) => {
        for (let i = 0; i < 50 && full.read().data.disks.length === 0; i++) await sleepMs(200)
        sampled.thin!(true)
        await sleepMs(300)
        full.read()
        sampled.read()
        const readings: (readonly [Reading, Reading])[] = []
        for (let i = 0; i < SECONDS; i++) {
          await sleepMs(1000)
          readings.push([full.read(), sampled.read()] as const)
        }
        const of = (which: 0 | 1) =>
          mergeHists(readings.flatMap((pair) => pair[which].data.disks.map(({ total }) => total)))
        const [all, seen] = [of(0), of(1)]
        const tiers = readings.map(([, { tier }]) => tier!)
        t.true(tiers.every(({ is }) => is === 'sampled'))
        const said = tiers.reduce((sum, { error = 1 }) => sum + error, 0) / SECONDS
        t.true(Math.abs(seen.count / all.count - 1) < said + 0.05, `${seen.count} of ${all.count}, said ${said}`)
        const [wanted, got] = [percentileNs(all, 0.5)!, percentileNs(seen, 0.5)!]
        t.true(Math.max(wanted / got, got / wanted) < SLOT ** 2 * (1 + said), `middle ${got} of ${wanted} ns`)
        const reads = readings.map(([, { data }]) => data.procs.find(({ comm }) => comm === 'fio')?.reads ?? 0)
        const mean = reads.reduce((a, b) => a + b, 0) / SECONDS
        t.true(Math.abs(mean / (all.count / SECONDS) - 1) < said + 0.15, `${mean} a second, said ${said}`)
        t.true(readings.every(([, { lost }]) => lost === 0))

        sampled.thin!(false)
        full.read()
        await sleepMs(500)
        const [again, whole] = [sampled.read(), full.read()]
        t.is(again.tier, undefined)
        const ops = (reading: typeof again): number => reading.data.disks.reduce((sum, disk) => sum + disk.ops, 0)
        // the kernel leaves a program out now and then
        t.true(again.lost <= 0.01 * ops(again), `${again.lost} lost`)
        t.true(Math.abs(ops(again) / ops(whole) - 1) < 0.05, `${ops(again)} of ${ops(whole)}`)
      }),
    )
  },
  ['fio'],
)
