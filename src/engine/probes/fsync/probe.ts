// Reader of probes/fsync.bpf.c: where the time of fsync goes.
import { mergeHists } from '../../../model/base/histogram.ts'
import { tableOf } from '../../../stream/spec.ts'
import type { Histogram } from '../../../stream/tables.ts'
import type { Hist } from '../../../stream/stream-types.ts'
import type { PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import { topOf } from '../../native/described-hist.ts'
import { lostCounter } from '../../native/lost.ts'
import { describedPlan, loadDescribed } from '../../native/described-object.ts'
import { epochs } from '../../native/epochs.ts'
import { objectWork } from '../../native/work.ts'
import { devText, diskNames } from '../../proc/disks.ts'
import { textOf } from '../../../source/proc-stat.ts'
import { kernelSymbolsLater } from '../../symbols/kernel.ts'
import { mountedIn, type Mounted } from '../files/file-paths.ts'
import { syncReader } from './decode.ts'
import { FSYNC } from './spec.ts'

/** File systems whose fsync ends, as far as we are told, with its system call. */
const BY_CALL = /^(xfs|btrfs)$/
const mounts = (): string => textOf('/proc/self/mountinfo')

const isByCall = (): boolean => [...mountedIn(mounts()).values()].some(({ type }) => BY_CALL.test(type))

export const plan = (({ object: path, maxEntries }) =>
  describedPlan(path, FSYNC, {
    maxEntries,
    also: isByCall() ? [] : ['call_ends', 'xfs_begins', 'btrfs_begins'],
  })) satisfies PlanDescribed

export const start: StartDescribed = (context) => {
  const { object, absent } = loadDescribed(plan(context))
  const clock = epochs(object)
  object.attach()

  const symbols = kernelSymbolsLater((error) =>
    context.log('warn', `what fsync waits for is not told apart: ${error.message}`),
  )
  const disks = diskNames()
  const reader = syncReader(object, disks, () => {
    const known = symbols()
    return known && ((address) => known.frame(address).name)
  })
  const lost = lostCounter(object)
  const noExt4 = absent.includes('ext4_sync_file_exit')

  const read = () => {
    const { epoch, endNs } = clock.next()
    const mounted = mountedIn(mounts())
    const mountOf = (dev: number): Mounted | undefined => mounted.get(devText(dev))
    const found = reader(epoch, endNs, mountOf)
    const hists: Record<string, Histogram> = {}
    const all: Hist[] = []
    for (const [name, hist] of found.hists) {
      hists[name] = topOf(hist)
      all.push(hist)
    }
    hists.syncs = topOf(mergeHists(all))
    return {
      lost: lost(),
      tables: {
        syncs: tableOf(FSYNC.tables.syncs, found.syncs),
        parts: tableOf(FSYNC.tables.parts, found.parts),
        journals: tableOf(FSYNC.tables.journals, found.journals),
      },
      hists,
      totals: {},
      notes: [
        ...(noExt4 && !isByCall() ? ['no ext4, XFS or btrfs is mounted: of others nothing is told'] : []),
        ...(symbols()?.hidden
          ? ['the kernel hides its addresses (kptr_restrict): all of the time is in the rest']
          : []),
      ],
    }
  }

  return { read, work: objectWork(() => [object]), close: () => object.close() }
}
