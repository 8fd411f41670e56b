// What the kernel counts of memory itself, for all: faults, reclaim, swap, and how long work waited for memory.
import { tableOf } from '../../../stream/spec.ts'
import { pageSize, readMeminfo, readPressure, readVmstat } from '../../proc/vmstat.ts'
import { MEMORY } from './spec.ts'

/** Counters shown as they are, where the kernel has them. */
const SHOWN =
  /^(pgfault|pgmajfault|pswp(in|out)|pgscan_(direct|kswapd|khugepaged)|pgsteal_(direct|kswapd|khugepaged)|allocstall_\w+|compact_(stall|fail|success|daemon_wake|\w+_scanned|isolated)|kswapd_(low|high)_wmark_hit_quickly|thp_(fault_alloc|fault_fallback|collapse_alloc|split_page|swpout)|workingset_refault_\w+|oom_kill|numa_pages_migrated)$/

/** Since the last call, of a whole interval from the second one on. */
export const kernelCounters = () => {
  const pageBytes = pageSize()
  let counts = new Map<string, number>()
  let pressure = readPressure('/proc/pressure/memory')

  return () => {
    const countsBefore = counts
    counts = readVmstat()
    const since = (name: string): number => Math.max(0, (counts.get(name) ?? 0) - (countsBefore.get(name) ?? 0))
    const pressureBefore = pressure
    pressure = readPressure('/proc/pressure/memory')
    const meminfo = readMeminfo()
    return {
      kernel: tableOf(
        MEMORY.tables.kernel,
        [...counts.keys()].filter((name) => SHOWN.test(name)).map((counter) => ({ counter, count: since(counter) })),
      ),
      totals: {
        availableBytes: meminfo.get('MemAvailable') ?? 0,
        swapFreeBytes: meminfo.get('SwapFree') ?? 0,
        minor: Math.max(0, since('pgfault') - since('pgmajfault')),
        major: since('pgmajfault'),
        swapInBytes: since('pswpin') * pageBytes,
        swapOutBytes: since('pswpout') * pageBytes,
        oomKills: since('oom_kill'),
        ...(pressure && pressureBefore
          ? { someNs: pressure.someNs - pressureBefore.someNs, fullNs: pressure.fullNs! - pressureBefore.fullNs! }
          : {}),
      },
    }
  }
}
