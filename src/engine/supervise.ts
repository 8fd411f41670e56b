// Keeps one probe running: starts it, reads it, notices when it dies, closes it and starts it again after a while.
// A failure costs this probe only. Time is given, so that tests own it.
import type { ShedDetail } from '../stream/cost-message.ts'
import type { ProbeStatus, Sample } from '../stream/stream-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import { toMicroseconds } from './base/microseconds.ts'
import { NoRoomError } from './base/probe.ts'
import type { ProbeCommand, ProbeError, ProbeWork, RunningProbe, StartProbe } from './base/probe.ts'

export const RETRIES = 5
const LONGEST_WAIT_MS = 30_000
/** Whether another has left is looked so often. */
const ROOM_MS = 2000
/** After so long without failure the count of failures starts anew. */
const HEALTHY_MS = 60_000

/** 1, 2, 4 ... 30 s. */
const retryDelayMs = (failures: number): number => Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (failures - 1))

interface SuperviseOptions<P extends ProbeId> {
  id: P
  start(): ReturnType<StartProbe<P>>
  /** It has a lower tier. */
  thins?: boolean
  /** Intervals are counted only once it runs, or cannot. */
  awaited?: boolean
  explain(error: unknown): ProbeError
  onStatus(probe: P, status: ProbeStatus): void
  /** What a probe that starts has to be told. */
  commands(probe: P): ProbeCommand[]
  /** The steady clock itself: an interval lasts from reading to reading, not from tick to tick. */
  steadyMs(): number
}

export interface Supervised {
  readonly id: ProbeId
  /** It starts when startDue() is called next. */
  switchOn(nowMs: number): void
  /** Resolves when nothing of it is left. `as`: what to say of it from now on. */
  switchOff(as?: ProbeStatus): Promise<void>
  /** Starts it, for the first time or again, if that is due: true then. It takes as long as the kernel takes to look
   * through the programs, in which nothing else is done. */
  startDue(nowMs: number): boolean
  /** Looks whether the probe died. */
  check(nowMs: number): void
  /** When startDue() or check() is wanted again; undefined: only at ticks. */
  dueMs(nowMs: number): number | undefined
  /** It is on its way, and the first interval waits for it. */
  isAwaited(nowMs: number): boolean
  /** Ends the interval; undefined when there is nothing to say. `shed`: why it is not in full. */
  read(nowMs: number, atMs: number, shed?: ShedDetail): Sample | undefined
  command(command: ProbeCommand, nowMs: number): void
  /** In a tier that costs less in the kernel, or in full again (0), from the next reading on; false where it cannot. */
  thin(level: number): boolean
  /** While it runs, and if it tells. */
  work(): ProbeWork | undefined
}

type State<P extends ProbeId> =
  | { is: 'off' }
  | { is: 'given up' }
  | { is: 'waiting'; untilMs: number }
  | { is: 'running'; probe: RunningProbe<P>; sinceMs: number; readMs: number; live: boolean }

/** Of the last interval before it is in full again. */
const RETURNING: ShedDetail = { why: 'it was', hint: 'nothing to do', retryMs: 0 }

/** How soon a probe that can die by itself is looked at, while it starts and afterwards. */
const CHECK_AWAITED_MS = 10
const CHECK_STARTING_MS = 50
const CHECK_RUNNING_MS = 500
/** The others are not kept from being read by one that the kernel never answers. */
const LONGEST_AWAITED_MS = 10_000

export const supervise = <P extends ProbeId>({
  id,
  start,
  thins = false,
  awaited = false,
  explain,
  onStatus,
  commands,
  steadyMs,
}: SuperviseOptions<P>): Supervised => {
  /** Wanted, and so as of the last reading. */
  let level = 0
  let levelNow = 0
  let state: State<P> = { is: 'off' }
  let failures = 0
  let lastWhy = ''
  let offAs: ProbeStatus['is'] = 'off'
  const closing = new Set<Promise<void>>()

  const close = (probe: RunningProbe<P>): void => {
    const closed = (async () => probe.close())().catch(() => {
      // what could not be closed goes with this process
    })
    closing.add(closed)
    void closed.then(() => closing.delete(closed))
  }

  const fail = (error: unknown, nowMs: number): void => {
    if (state.is === 'running') {
      if (nowMs - state.sinceMs >= HEALTHY_MS) failures = 0
      close(state.probe)
    }
    const { kind, message: why, hint, excerpt } = explain(error)
    const more = excerpt ? { excerpt } : {}
    const isFull = error instanceof NoRoomError
    if (!isFull) failures++
    lastWhy = why
    const retryMs = isFull ? ROOM_MS : kind === 'failed' && failures <= RETRIES ? retryDelayMs(failures) : undefined
    state = retryMs === undefined ? { is: 'given up' } : { is: 'waiting', untilMs: nowMs + retryMs }
    onStatus(
      id,
      kind === 'unsupported'
        ? { is: kind, why, hint, ...more }
        : { is: kind, why, hint, ...(retryMs && { retryMs }), ...more },
    )
  }

  const attempt = (nowMs: number, action: (probe: RunningProbe<P>) => void): void => {
    if (state.is !== 'running') return
    try {
      action(state.probe)
    } catch (error) {
      fail(error, nowMs)
    }
  }

  const begin = (nowMs: number): void => {
    try {
      state = { is: 'running', probe: start(), sinceMs: nowMs, readMs: steadyMs(), live: false }
    } catch (error) {
      return fail(error, nowMs)
    }
    levelNow = 0
    const wasReady = state.probe.ready?.() !== false
    for (const command of commands(id)) attempt(nowMs, (probe) => probe.command?.(command))
    changeTier(nowMs)
    noticeReady(wasReady)
  }

  const changeTier = (nowMs: number): void => {
    if (!thins || levelNow === level) return
    levelNow = level
    attempt(nowMs, (probe) => probe.thin?.(level))
    if (state.is === 'running') state.readMs = steadyMs()
  }

  /** `wasReady`: as soon as it was started, so that its first interval begins there. */
  const noticeReady = (wasReady = false): void => {
    if (state.is !== 'running' || state.live || state.probe.ready?.() === false) return
    state.live = true
    if (!wasReady) state.readMs = steadyMs() - (state.probe.begunForMs?.() ?? 0)
    onStatus(id, { is: 'live' })
  }

  const check = (nowMs: number): void => {
    if (state.is !== 'running') return
    const failure = state.probe.failure?.()
    if (failure) fail(failure, nowMs)
    else noticeReady()
  }

  return {
    id,
    check,
    switchOn(nowMs) {
      if (state.is !== 'off') return
      failures = 0
      onStatus(id, { is: 'starting' })
      state = { is: 'waiting', untilMs: nowMs }
    },
    startDue(nowMs) {
      if (state.is !== 'waiting' || nowMs < state.untilMs) return false
      if (failures > 0)
        onStatus(id, { is: 'starting', again: { why: lastWhy, attempt: failures + 1, of: RETRIES + 1 } })
      begin(nowMs)
      return true
    },
    async switchOff(as = { is: 'off' }) {
      if (state.is === 'running') close(state.probe)
      if (state.is !== 'off' || as.is !== 'off' || offAs !== 'off') onStatus(id, as)
      state = { is: 'off' }
      offAs = as.is
      await Promise.all(closing)
    },
    dueMs(nowMs) {
      if (state.is === 'waiting') return state.untilMs
      if (state.is !== 'running' || (state.live && !state.probe.failure && !state.probe.ready)) return undefined
      return nowMs + (state.live ? CHECK_RUNNING_MS : awaited ? CHECK_AWAITED_MS : CHECK_STARTING_MS)
    },
    isAwaited: (nowMs) =>
      awaited && state.is === 'running' && !state.live && nowMs - state.sinceMs < LONGEST_AWAITED_MS,
    read(nowMs, atMs, shed) {
      check(nowMs)
      if (state.is !== 'running' || !state.live || nowMs <= state.readMs) return undefined
      let sample: Sample<P> | undefined
      const readMs = steadyMs()
      const sinceMs = toMicroseconds(readMs - state.readMs)
      attempt(nowMs, (probe) => {
        if (probe.isLate?.()) return
        const { data, lost, tier, intervalMs = sinceMs } = probe.read()
        if (state.is === 'running') state.readMs = readMs
        sample = {
          type: 'sample',
          probe: id,
          atMs,
          intervalMs,
          lost,
          data,
          ...(tier && { tier: { ...RETURNING, ...tier, ...shed } }),
        }
      })
      // between two intervals, so that none is made of both
      changeTier(nowMs)
      return sample
    },
    thin(to) {
      level = to
      return thins
    },
    command: (command, nowMs) => attempt(nowMs, (probe) => probe.command?.(command)),
    work: () => (state.is === 'running' && state.live ? state.probe.work : undefined),
  }
}
