// Figures of the verdict from the scheduler: who waits for a CPU, is uninterruptible, throttled, or has its I/O held.
import { schedOf } from '../../model/sched.ts'
import { schedProcsWith, schedSum } from '../../model/sched-some.ts'
import { mergeHists, percentileNs } from '../../model/base/histogram.ts'
import { topCall } from '../../panels/offcpu.ts'
import { HELD_IO } from '../../panels/held-io.ts'
import { processKey, processRow } from '../../panels/process-samples.ts'
import type { Hist } from '../../stream/stream-types.ts'
import type { BlockedCall, CpuQuota, SchedProc } from '../../stream/sched-types.ts'
import { chainText, worstCpuText } from './beside.ts'
import { inEach, most, orNone, percentOver, summed, type Goal, type Measured, type Window } from '../rule.ts'

type Sched = Window<'sched'>

const goal = (panel: string, mode: string, column: string, proc?: SchedProc): Goal => ({
  panel,
  mode,
  sort: { column, descending: true },
  ...(proc ? { row: { ...processRow(proc), comm: proc.comm } } : {}),
})

/** Found once for a window, which several rules look at. */
const onceIn = <T>(find: (window: Sched) => T): ((window: Sched) => T) => {
  const found = new WeakMap<Sched, T>()
  return (window) => {
    if (!found.has(window)) found.set(window, find(window))
    return found.get(window)!
  }
}

/** Of processes of which a field says something. */
const procsIn = <T>(field: string, find: (procs: readonly SchedProc[]) => readonly T[]) =>
  inEach<'sched', T>((data) => find(schedProcsWith(data, field)))
const quotasIn = inEach<'sched', CpuQuota>((data) => schedOf(data).quotas ?? [])

/** A process within an interval; its key is asked for at every instant whose window it is in. */
interface Seen {
  proc: SchedProc
  key: string
}
const seen = (proc: SchedProc): Seen => ({ proc, key: processKey(proc) })

const endedIn = procsIn('exited', (procs) => procs.map(processKey))
const waitersIn = procsIn('waitNs', (procs) => procs.map(seen))
const waitNsIn = inEach<'sched', number>((data) => [schedSum(data, 'waitNs')])
const heldIn = procsIn('heldBy', (procs) => procs.filter(({ heldIo }) => heldIo))
const stuckIn = procsIn('uninterruptibleNs', (procs) =>
  procs.filter((proc) => ownStuckNs(proc) > 0).map((proc) => ({ ...seen(proc), call: topCall(proc, 'D') })),
)

const name = ({ comm, pid, exited }: SchedProc): string => (exited ? comm : `${comm} ${pid}`)

/** What comes and goes is one under its name: a script's hundred short processes are what is slow, none of them is. */
const keysOf = onceIn((window): ((seen: Seen) => string) => {
  const ended = new Set(endedIn(window))
  return ({ proc, key }) => (ended.has(key) ? proc.comm : key)
})

export const onlyCounted = ({ last }: Sched): string | undefined =>
  last.tier?.is === 'counted' ? 'waits are only counted at the moment, each on its own is not known' : undefined

/** Of processes; threads of the kernel alone wait like that for work. What is held on purpose is said by its own rule. */
export const uninterruptible = (window: Sched): readonly Measured[] => {
  const stuck = stuckIn(window)
  if (stuck.length === 0) return orNone([])
  const keyOf = keysOf(window)
  const calls = new Map<string, BlockedCall>()
  for (const each of stuck) {
    const key = keyOf(each)
    if (each.call && each.call.ns >= (calls.get(key)?.ns ?? 0)) calls.set(key, each.call)
  }
  return orNone(
    summed(stuck, keyOf, ({ proc }) => ownStuckNs(proc)).map(({ key, last: { proc }, sum }) => ({
      key,
      value: percentOver(sum, window.elapsedMs),
      says: (value) => {
        const call = calls.get(key)?.call
        const what = call === undefined ? '' : ` in ${call}`
        return `${name(proc)}: ${value}% uninterruptible${what}${chainText(window, proc.pid, call)}`
      },
      to: goal('offcpu', 'D', 'disk', proc),
    })),
  )
}

const ownStuckNs = ({ calls, heldIo, uninterruptibleNs = 0 }: SchedProc): number =>
  uninterruptibleNs === 0 ||
  calls.every(({ call }) => call === 'kernel') ||
  (heldIo && heldIo.ns * 2 > uninterruptibleNs)
    ? 0
    : uninterruptibleNs

export const heldIo = (window: Sched): readonly Measured[] =>
  orNone(
    summed(
      heldIn(window),
      (proc) => `${processKey(proc)} ${proc.heldIo!.by}`,
      (proc) => proc.heldIo!.threads,
    ).map(({ key, last, sum }) => {
      const { by, cgroup } = last.heldIo!
      return {
        key,
        value: sum / window.samples.length,
        says: (value) =>
          `${name(last)}: ${value} thread${value === '1' ? ' waits' : 's wait'} for the ${HELD_IO[by]}${cgroup === undefined ? '' : ` of ${cgroup}`}`,
        to: goal('offcpu', 'D', 'disk', last),
      }
    }),
  )

export const throttled = (window: Sched): Measured[] => {
  const quotas = quotasIn(window)
  if (quotas.length === 0) return []
  const periods = new Map(
    summed(
      quotas,
      (quota) => quota.cgroup,
      (quota) => quota.periods,
    ).map((each) => [each.key, each.sum]),
  )
  return summed(
    quotas,
    ({ cgroup }) => cgroup,
    (quota) => quota.throttledPeriods,
  ).map(({ key, last, sum }) => ({
    key,
    value: (100 * sum) / Math.max(1, periods.get(key)!),
    says: (value) => `group ${key}: CPU quota of ${Number(last.cpus.toFixed(2))} used up in ${value}% of its periods`,
    to: goal('offcpu', 'throttled', 'throttled'),
  }))
}

const LEAST_WAITS = 100

export const runQueueP99 = (window: Sched): Measured[] => {
  const hists: Hist[] = []
  for (let i = 0; i < window.samples.length; i++) hists.push(schedOf(window.samples[i]!.data).runq)
  const hist = mergeHists(hists)
  const p99 = hist.count >= LEAST_WAITS ? percentileNs(hist, 0.99) : undefined
  return p99 === undefined
    ? []
    : [
        {
          key: 'runq',
          value: p99,
          says: (value) =>
            `run queue p99 ${value}${worstCpuText(window, LEAST_WAITS, value)}${longestIn(window, (who) => `, ${who} waits most`)}`,
          get to() {
            return goal('runq', 'all', 'wait', longestWaiter(window))
          },
        },
      ]
}

export const tooFewWaits = (window: Sched): string | undefined =>
  onlyCounted(window) ??
  (waitsIn(window) < LEAST_WAITS ? `fewer than ${LEAST_WAITS} waits, too few for a p99` : undefined)

const waitsIn = ({ samples }: Sched): number => {
  let waits = 0
  for (let i = 0; i < samples.length; i++) waits += schedOf(samples[i]!.data).runq.count
  return waits
}

export const waitingForCpus = (window: Sched): Measured[] => {
  const { view, elapsedMs } = window
  const cpus = view.host()?.cpus ?? view.store.hello()?.cpus
  if (!cpus) return []
  let ns = 0
  for (const each of waitNsIn(window)) ns += each
  return [
    {
      key: 'cpus',
      value: ns / (elapsedMs * 1e6 * cpus),
      says: (value) =>
        `CPUs are short: ${value} threads wait for each of ${cpus}${longestIn(window, (who) => `, most of ${who}`)}`,
      get to() {
        return goal('runq', 'all', 'wait', longestWaiter(window))
      },
    },
  ]
}

/** Looked for where it is said only: all that ever waits is gone through. */
const longestWaiter = onceIn(
  (window): SchedProc | undefined =>
    most(
      summed(waitersIn(window), keysOf(window), ({ proc }) => proc.waitNs),
      ({ sum }) => sum,
    )?.last.proc,
)

const longestIn = (window: Sched, says: (who: string) => string): string => {
  const waiter = longestWaiter(window)
  return waiter ? says(name(waiter)) : ''
}
