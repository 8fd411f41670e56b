// Block I/O without hooks: disks by the kernel's own counters, processes by its accounts of bytes. Exact sums, no
// distribution; which process waited, and how long, is not known.
import { blockTables } from '../../../model/block.ts'
import { emptyHist } from '../../../model/base/histogram.ts'
import type { CountedSource } from '../../base/counted-source.ts'
import type { DescribedProbe } from '../../base/described-probe.ts'
import { diskCounter } from '../../proc/diskstats.ts'

const NOTHING = emptyHist()
const UNKNOWN = { reads: null, writes: null, otherOps: null, latencyNs: null, latencyMaxNs: null, queuedNs: null }

export const blockFrom = (counted: CountedSource): DescribedProbe => {
  const countDisks = diskCounter()
  countDisks()
  return {
    read() {
      const { disks, inFlight } = countDisks()
      const data = blockTables({
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
          .map(({ pid, comm, readBytes, writeBytes }) => ({ ...UNKNOWN, pid, comm, readBytes, writeBytes })),
        inFlight,
      })
      return { ...data, lost: counted.lost(), tier: { is: 'counted' } }
    },
    work: counted.work,
    close: counted.close,
  }
}
