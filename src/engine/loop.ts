// The engine's loop: hello, then at every tick one host message and one sample of each running probe, all with the
// same atMs. step() does what is due and says when it wants to be called again; the caller owns the timer, so that
// tests run it on a clock of their own. Ticks keep to a steady grid: a late one does not shift those that follow.
import type { ProcessMessage } from '../stream/process-message.ts'
import type { ProbeSpec } from '../stream/spec.ts'
import type { Hello, Message, ProbeStatus, Sample } from '../stream/stream-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import type { ProbeOptions } from '../stream/probe-options.ts'
import type { Target } from '../stream/target.ts'
import type { Part, Want } from '../stream/want.ts'
import type { HostNow } from './proc/host-facts.ts'
import { createFollower } from './follow.ts'
import type { FollowOptions } from './follow.ts'
import { createGuard } from './guard.ts'
import { createMeter } from './meter.ts'
import type { Shed } from './overhead.ts'
import type { DispatchMeter } from './base/dispatch.ts'
import type { ProbeCommand } from './base/probe.ts'
import { createShownCost } from './shown-cost.ts'
import { createTelling } from './telling.ts'
import { toMicroseconds } from './base/microseconds.ts'
import type { Supervised } from './supervise.ts'
import { createWall } from './wall.ts'

/** A first tick that comes early. */
const FIRST_TICK_MS = 30
/** So long what is there first waits for the others, which mostly are there by then: read twice, all come later. */
const PATIENCE_MS = 200
/** Timers may fire a little early. */
const EARLY_MS = 1
/** A change of tier waits for a tick no longer than this; and no interval becomes shorter. */
const MOST_WAIT_MS = 1500
const LEAST_INTERVAL_MS = 100

interface LoopOptions {
  hello: Omit<Hello, 'type' | 'atMs' | 'intervalMs'>
  intervalMs: number
  /** No early first tick. */
  fullFirst?: boolean
  on: readonly ProbeId[]
  /** Of the probes that describe themselves. */
  specs?: readonly ProbeSpec[]
  /** The most that the probes may take of all CPUs; 0: any. */
  limitPercent: number
  /** Switches the kernel's statistics on and gives what lets go of them; throws where that may not be. */
  statistics(): () => void
  /** What getting to programs at their hooks takes on this machine; absent: nothing. */
  dispatch?: DispatchMeter
  /** Makes the supervisor of each probe. */
  probes(loop: {
    onStatus(probe: ProbeId, status: ProbeStatus): void
    commands(probe: ProbeId): ProbeCommand[]
  }): Supervised[]
  host(): HostNow
  /** Notes how many events a second a sample tells of, by which what its probe would cost is known. */
  noteRates?(rates: Map<Part, number>, sample: Sample): void
  /** How the target is told from others that get its name. */
  follow: FollowOptions
  /** What /proc says of a process; undefined when it is gone. */
  process(pid: number, nowMs: number): Omit<ProcessMessage, 'type' | 'atMs'> | undefined
  /** The stream's clock. */
  nowMs(): number
  wallMs(): number
  steadyMs(): number
  send(message: Message): void
  /** True while the reader has not taken what was sent before. */
  congested(): boolean
}

interface Loop {
  begin(): void
  /** Does what is due; returns the milliseconds until it is to be called again. */
  step(): number
  /** From now on it does this. */
  want(want: Want): void
  /** One more probe from now on, which runs once it is wanted. */
  add(spec: ProbeSpec, probe: Supervised): void
  close(): Promise<void>
}

export const createLoop = (options: LoopOptions): Loop => {
  const { nowMs: streamMs, steadyMs } = options
  /** As it was started. */
  const first: NonNullable<Want['probes']> = Object.fromEntries(options.on.map((probe) => [probe, {}]))
  let closed = false
  const send = (message: Message): void => {
    if (!closed) options.send(message)
  }
  let intervalMs = options.intervalMs
  let wanted: Want = {}
  const follower = createFollower(options.follow)
  let target: Target | undefined
  let lastTickMs = 0
  let nextTickMs = 0
  /** Probes are started one after the other, with what is said and due in between. */
  let isStarting = true
  let skipped = 0
  let asked = false

  const onStatus = (probe: ProbeId, status: ProbeStatus): void => {
    send({ type: 'status', atMs: streamMs(), probe, status })
    if (isStarting && !options.fullFirst && status.is === 'live')
      nextTickMs = Math.min(nextTickMs, steadyMs() + PATIENCE_MS)
  }
  const wantedOf = (probe: ProbeId): ProbeOptions | undefined => (wanted.probes ?? first)[probe]
  /** As wanted, but for detail that is given up. */
  const optionsOf = (probe: ProbeId): ProbeOptions => {
    const { detail, ...others } = wantedOf(probe) ?? {}
    return detail === undefined || guard.shed('detail') ? others : { detail, ...others }
  }
  const commands = (probe: ProbeId): ProbeCommand[] => [
    { cmd: 'interval', ms: intervalMs },
    { cmd: 'target', ...(target && { target }) },
    { cmd: 'options', options: optionsOf(probe) },
  ]
  const telling = createTelling(() => probes, commands)
  const tell = (nowMs: number, again?: ProbeCommand['cmd']): void =>
    telling(nowMs, [intervalMs, target, wanted, guard.shed('detail') === undefined], again)
  const probes = options.probes({ onStatus, commands })
  const budget = { limitPercent: options.limitPercent, pins: {} }
  const rates = new Map<Part, number>()
  /** Of the grid, while a tick comes early. */
  let gridMs: number | undefined
  const meter = createMeter({ probes, statistics: options.statistics, dispatch: options.dispatch, steadyMs })
  /** What was last said to be shed. */
  const told = new Map<ProbeId, Shed | undefined>()

  /** Makes what runs equal to what is wanted and may be. */
  const apply = (nowMs: number): void => {
    for (const probe of probes) {
      const isWanted = wantedOf(probe.id) !== undefined
      const shed = isWanted ? guard.shed(probe.id) : undefined
      if (!isWanted) void probe.switchOff()
      else if (probe.thin(guard.level(probe.id)) || !shed) probe.switchOn(nowMs)
      else if (told.get(probe.id) !== shed) void probe.switchOff({ is: 'shed', ...guard.why(probe.id, nowMs)! })
      told.set(probe.id, shed)
    }
    tell(nowMs)
  }

  const guard = createGuard({
    meter,
    tiers: new Map(options.specs?.map(({ id, cheaper = [] }) => [id as ProbeId, cheaper.map(({ is }) => is)])),
    budget,
    cpus: options.hello.cpus,
    onChange(nowMs) {
      apply(nowMs)
      tickEarly(nowMs)
    },
    onBlind: (why) =>
      send({ type: 'log', atMs: streamMs(), level: 'warn', text: `own overhead cannot be watched: ${why}` }),
  })

  /** Tiers change at ticks: where the next one is far, an interval is cut in two. */
  const tickEarly = (nowMs: number): void => {
    if (isStarting || nextTickMs - nowMs < MOST_WAIT_MS || nowMs - lastTickMs < LEAST_INTERVAL_MS) return
    gridMs = nextTickMs
    nextTickMs = nowMs
  }

  const sendProcess = (atMs: number): void => {
    const pid = target && 'pid' in target ? target.pid : undefined
    const facts = pid === undefined ? undefined : options.process(pid, atMs)
    if (facts) send({ type: 'process', atMs, ...facts })
  }

  const wall = createWall(options.wallMs, (atMs, text) => say(atMs, text))
  const cost = createShownCost(meter, guard.fullPercent)

  const tick = (nowMs: number): void => {
    // nothing is read while the reader is behind: the next sample then covers the longer interval and nothing is lost
    if (options.congested()) {
      // a probe that starts keeps it from being heard that the reader has taken it
      if (!isStarting) skipped++
      return
    }
    const atMs = streamMs()
    const missed = missedBy(nowMs)
    if (skipped > 0) say(atMs, `the reader was slow: ${skipped + 1} intervals became one`)
    else if (missed > 0) say(atMs, `the engine was busy or got no CPU: ${missed + 1} intervals became one`)
    skipped = 0
    send({ type: 'host', atMs, intervalMs: toMicroseconds(nowMs - lastTickMs), ...options.host(), wallMs: wall(atMs) })
    lastTickMs = nowMs
    const moved = follower.moved()
    if (moved?.text !== undefined) {
      send({ type: 'log', atMs, level: 'info', text: moved.text })
      // what was measured of the one before is not all of this interval: it has no latency then
      target = undefined
      tell(nowMs)
    }
    sendProcess(atMs)
    for (const probe of probes) {
      const sample = probe.read(steadyMs(), atMs, guard.why(probe.id, nowMs))
      const shed = wantedOf(probe.id)?.['detail'] ? guard.why('detail', nowMs) : undefined
      if (!sample) continue
      options.noteRates?.(rates, sample)
      send({ ...sample, ...(shed && { shed }) } as Message)
    }
    guard.note(rates, nowMs)
    if (moved) target = moved.target
    // a group that is followed by its processes has others now
    tell(nowMs, moved && moved.text === undefined ? 'target' : undefined)
    const costs = cost.take()
    if (costs) send({ type: 'cost', atMs, cpus: options.hello.cpus, limitPercent: guard.limitPercent(), ...costs })
  }

  const say = (atMs: number, text: string): void => send({ type: 'log', atMs, level: 'warn', text })

  /** Intervals that have gone by since a tick was due. */
  const missedBy = (nowMs: number): number =>
    isStarting ? 0 : Math.max(0, Math.floor((nowMs - nextTickMs + EARLY_MS) / intervalMs))

  /** The next point of the grid that is not yet over. */
  const advance = (nowMs: number): void => {
    if (gridMs !== undefined) {
      nextTickMs = gridMs
      gridMs = undefined
      return
    }
    nextTickMs += intervalMs
    if (nextTickMs <= nowMs) nextTickMs += Math.ceil((nowMs - nextTickMs + EARLY_MS) / intervalMs) * intervalMs
  }

  /** Once all that was wanted at first runs, or cannot: from here on intervals are counted. */
  const settle = (nowMs: number): void => {
    if (probes.some((probe) => probe.dueMs(nowMs)! <= nowMs || probe.isAwaited(nowMs))) return
    isStarting = false
    skipped = 0
    guard.begin(nowMs)
    if (options.fullFirst) lastTickMs = nowMs
    nextTickMs = nowMs + (options.fullFirst ? intervalMs : Math.min(FIRST_TICK_MS, intervalMs))
  }

  const changeInterval = (ms: number, nowMs: number): void => {
    if (ms === intervalMs) return
    if (!isStarting) nextTickMs = Math.max(nowMs, nextTickMs - intervalMs + ms)
    intervalMs = ms
  }

  return {
    begin() {
      send({ type: 'hello', ...options.hello, atMs: streamMs(), intervalMs })
      for (const spec of options.specs ?? []) send({ type: 'probe', atMs: streamMs(), spec })
      apply(steadyMs())
      lastTickMs = steadyMs()
      nextTickMs = options.fullFirst ? Infinity : lastTickMs + Math.min(FIRST_TICK_MS, intervalMs)
    },
    step() {
      const nowMs = steadyMs()
      for (const probe of probes) probe.check(nowMs)
      guard.step(nowMs)
      // whoever was busy has not yet heard that what it wrote was read
      const asks = !asked && missedBy(nowMs) > 0 && options.congested()
      asked = asks
      if (asks) return EARLY_MS
      const tickMs = steadyMs()
      if (tickMs >= nextTickMs - EARLY_MS) {
        tick(tickMs)
        advance(tickMs)
      }
      // last, as it takes long, and what was written meanwhile is heard to be read only afterwards
      const hasBegun = probes.some((probe) => probe.startDue(nowMs))
      // the kernel looks through them meanwhile, in threads beside ours
      if (isStarting && !hasBegun) meter.measureDispatch()
      if (isStarting) settle(steadyMs())
      const afterMs = steadyMs()
      const due = probes.map((probe) => probe.dueMs(afterMs) ?? Infinity)
      return Math.max(0, Math.min(nextTickMs, guard.dueMs(), ...due) - afterMs)
    },
    want(want) {
      const nowMs = steadyMs()
      const before = wanted
      wanted = want
      changeInterval(want.intervalMs ?? options.intervalMs, nowMs)
      if (JSON.stringify(want.target) !== JSON.stringify(before.target)) target = follower.set(want.target)
      guard.spare(want.last ?? [])
      guard.change(want.budget ?? budget, nowMs)
      cost.show(want.cost === true)
      apply(nowMs)
    },
    add(spec, probe) {
      probes.push(probe)
      send({ type: 'probe', atMs: streamMs(), spec })
      apply(steadyMs())
    },
    async close() {
      closed = true
      await Promise.all(probes.map((probe) => probe.switchOff()))
    },
  }
}
