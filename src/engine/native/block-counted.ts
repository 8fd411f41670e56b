// Block I/O without hooks: disks by the kernel's own counters, processes by its accounts of bytes. Exact sums, no
// distribution; which process waited, and how long, is not known.
import { emptyHist } from '../../model/histogram.ts'
import type { BlockData } from '../../stream/types.ts'
import type { ProbeContext, RunningProbe } from '../probe.ts'
import { diskCounter } from '../proc/diskstats.ts'
import type { CountedSource } from '../counted-source.ts'
import { openCounted } from './counted.ts'

const NOTHING = emptyHist()

export const startBlockCounted = ({ objects }: Pick<ProbeContext, 'objects'>): RunningProbe<'block'> =>
  blockFrom(openCounted(objects))

export const blockFrom = (counted: CountedSource): RunningProbe<'block'> => {
  const countDisks = diskCounter()
  countDisks()
  return {
    read() {
      const { disks, inFlight } = countDisks()
      const data: BlockData = {
        disks: disks.map(({ ns, ...disk }) => ({
          ...disk,
          errors: 0,
          total: { ...NOTHING, count: disk.ops, sumNs: ns },
          queued: NOTHING,
          device: NOTHING,
        })),
        procs: counted
          .read()
          .filter(({ readBytes, writeBytes }) => readBytes > 0 || writeBytes > 0)
          .map(({ pid, comm, readBytes, writeBytes }) => ({ pid, comm, readBytes, writeBytes })),
        inFlight,
      }
      return { data, lost: 0, tier: { is: 'counted' } }
    },
    work: counted.work,
    close: counted.close,
  }
}
