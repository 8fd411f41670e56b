// Reader of probes/syscalls.bpf.c, which counts always, or in windows (windows.ts) where that costs too much; while detail
// is on, with what detail.ts reads.
import { join } from 'node:path'
import { syscallTables, type SyscallCount, type SyscallProc } from '../../../model/syscalls.ts'
import type { OptionsOf } from '../../../stream/probe-options.ts'
import type { SYSCALLS } from '../../../stream/specs/syscalls.ts'
import type { Target } from '../../../stream/target.ts'
import type { PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import { SOON_MS } from '../../native/epochs.ts'
import { loadAhead } from '../../native/load.ts'
import { missedRuns } from '../../native/missed.ts'
import { loadPlanned } from '../../native/object.ts'
import { commAt, eachCpu, growthPerCpu, u64, words } from '../../native/per-cpu.ts'
import { measureHook, openWindows, type Windows } from '../../native/windows.ts'
import { objectWork } from '../../native/work.ts'
import { detailPlan, startDetail, type Detail } from './detail.ts'
import { countsLayout } from './record-layout.ts'

/** What is in the way of every call. */
const COUNTING = ['count_enter']

/** Adds the records of threads (from the iterator or from `ended`). Exported for its test. */
const recordAdder =
  ({ record: { tgid, calls, comm, size } }: ReturnType<typeof countsLayout>) =>
  (buffer: Buffer, procs: Map<number, SyscallProc>): void => {
    const view = words(buffer)
    for (let at = 0; at < buffer.length; at += size) {
      const pid = view[(at + tgid) >>> 2]!
      const count = u64(view, at + calls)
      const proc = procs.get(pid)
      if (proc) proc.count += count
      else procs.set(pid, { pid, comm: commAt(buffer, at + comm), count })
    }
  }

export const plan: PlanDescribed = ({ object: path, maxEntries }) => ({ path, maxEntries })

export const start: StartDescribed = (context) => {
  const { objects, maxEntries } = context
  const { object } = loadPlanned(plan(context))
  const layout = countsLayout(object)
  const { counts: at, numbers } = layout
  const addRecords = recordAdder(layout)
  object.attach()
  const countsMap = object.map('counts')
  const ended = object.map('ended')
  const key = Buffer.alloc(4)
  const firstCall = at.calls / 8
  const growth = growthPerCpu(countsMap.valueSize, 0, at.size / 8)
  const missed = missedRuns(object)
  let detail: Detail | undefined
  let windows: Windows | undefined
  let target: Target | undefined
  let reads = 0
  let readMs = performance.now()
  /** Detail began within the interval that goes on. */
  let beganWithin = false
  let wantsDetail = false
  /** Whoever was on the way for an earlier one is not wanted any more. */
  let orders = 0
  /** What the kernel said when it was to take detail. */
  let refused: { thrown: unknown } | undefined
  const planned = detailPlan(join(objects, 'syscalls_detail.bpf.o'), maxEntries)

  const beginDetail = (): void => {
    detail = startDetail(planned, target)
    // the first reading is part of attaching
    beganWithin = reads > 1 && performance.now() - readMs > SOON_MS
  }

  const loadDetail = async (order: number): Promise<void> => {
    const drop = await loadAhead(planned)
    try {
      if (order === orders) beginDetail()
    } catch (thrown) {
      refused = { thrown }
    } finally {
      drop()
    }
  }

  const endDetail = (): void => {
    orders++
    detail?.close()
    detail = undefined
  }

  /** Calls since the program was loaded. */
  const countByCpu = (): number[] =>
    eachCpu(words(countsMap.lookup(key)!), countsMap.valueSize, at.calls, numbers.invalid + 1)

  const read = () => {
    if (refused) throw refused.thrown
    const { factor, tier } = windows?.take() ?? { factor: 1 }
    const scaled = (count: number): number => Math.round(count * factor)
    const grown = growth(words(countsMap.lookup(key)!))

    const procs = new Map<number, SyscallProc>()
    addRecords(object.iterate('read_tasks'), procs)
    const gone = ended.drain()
    addRecords(gone.values.subarray(0, gone.count * layout.record.size), procs)

    const found = detail?.read()
    const seen = beganWithin || !detail?.isWhole() ? undefined : found
    const of = detail?.target()
    const calls: SyscallCount[] = []
    /** Counted by number all the same, so nothing is lost but whose calls they were. */
    let unnamed = 0
    beganWithin = false
    reads++
    readMs = performance.now()
    for (let i = 0; i < grown.length; i += 2) {
      const place = grown[i]!
      const count = scaled(grown[i + 1]!)
      if (place === at.lost / 8 || place === at.unnamed / 8) unnamed += count
      const index = place - firstCall
      if (index < 0 || index > numbers.invalid || count <= 0) continue
      const call: SyscallCount = { name: numbers.nameOf(index), count }
      if (seen && !of) {
        const more = seen.byIndex.get(index)
        if (more) Object.assign(call, { ...more, count: call.count })
      }
      calls.push(call)
    }
    let otherErrors = seen?.otherErrors ?? 0
    for (const [pid, more] of seen?.byProc ?? []) {
      const proc = procs.get(pid)
      if (proc) Object.assign(proc, more)
      else otherErrors += more.errors
    }
    if (windows) for (const proc of procs.values()) proc.count = scaled(proc.count)
    return {
      ...syscallTables({
        calls,
        procs: [...procs.values()],
        detail: seen !== undefined,
        ...(seen && of
          ? {
              target: {
                of,
                calls: [...seen.byIndex].map(([index, more]) => ({ name: numbers.nameOf(index), ...more })),
                failures: seen.failures,
                otherFailures: seen.otherFailures,
              },
            }
          : {}),
        ...(unnamed > 0 || otherErrors > 0 ? { others: { count: unnamed, errors: otherErrors } } : {}),
      }),
      lost: missed() + (found?.lost ?? 0),
      ...(tier && { tier }),
    }
  }

  read()
  return {
    read,
    command(command) {
      if (command.cmd === 'target') {
        target = command.target
        detail?.setTarget(target)
      }
      if (command.cmd !== 'options') return
      const { detail: isWanted = false } = command.options as OptionsOf<typeof SYSCALLS.options>
      if (isWanted === wantsDetail) return
      wantsDetail = isWanted
      endDetail()
      if (!isWanted) return
      // before the first interval nothing waits for it; later the kernel looks through it while all else goes on
      if (reads <= 1) beginDetail()
      else loadDetail(orders)
    },
    thin(on) {
      windows?.close()
      windows = undefined
      object.detach(COUNTING)
      const hooks = { attach: () => object.attach(COUNTING), detach: () => object.detach(COUNTING) }
      const hookNs = on ? measureHook(hooks, () => process.getegid!()) : 0
      if (!on) hooks.attach()
      read() // what came in meanwhile belongs to no interval
      windows = on ? openWindows({ ...hooks, count: countByCpu, hookNs }) : undefined
    },
    work: objectWork(
      () => [object],
      () => (detail ? [detail.object] : []),
    ),
    close() {
      windows?.close()
      endDetail()
      object.close()
    },
  }
}
