// Plays a recording on a screen: at a multiple of its own pace, stopped and gone on with, from any of its intervals. The
// messages around an instant are read at once, so that its charts have a past; what follows is played from there.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Playback, Seek } from '../stream/playback.ts'
import { isDescribed, type Message, type Source } from '../stream/stream-types.ts'
import { startPass } from './index-pass.ts'
import { breaksOff, createSteady, messagesFrom, type Recording } from './recording.ts'
import { createTickIndex } from './tick-index.ts'

export interface Player extends Source {
  /** The recording's own clock, at which the screen lives. */
  nowMs(): number
  playback(): Playback
  pause(): void
  /** From the interval after this instant on; absent: from where it was. */
  play(afterMs?: number): void
  speed(times: number): void
  /** The interval one comes to; undefined while none is known. */
  target(fromMs: number, by: Seek): number | undefined
  /** All around an interval: so far as there is room before it, and some after it. Undefined when another was asked
   * for meanwhile, or playing went on. */
  around(atMs: number): Promise<Window | undefined>
}

interface Window {
  messages: Message[]
  fromMs: number
  toMs: number
}

interface PlayerOptions {
  loop?: boolean
  onEnd?(): void
}

/** Text read before an instant and after it, and intervals. */
const BEFORE_BYTES = 12 * 1024 * 1024
const AFTER_BYTES = 2 * 1024 * 1024
const BEFORE_TICKS = 300
const AFTER_TICKS = 30
/** Rows of all tables of a window: of ten thousand sessions those of 800 intervals. */
const MOST_WINDOW_ROWS = 8_000_000
/** A hole this many intervals long is not waited for. */
const LONGEST_WAIT_INTERVALS = 3
const RETRY_MS = 50
const LATE_MS = 500

const rowsOf = (message: Message): number =>
  message.type === 'sample' && isDescribed(message)
    ? Object.values(message.data.tables).reduce((sum, { rows }) => sum + rows.length, 0)
    : 0

export const createPlayer = (recording: Recording, options: PlayerOptions = {}): Player => {
  const { file, gzipped, hello } = recording
  const index = createTickIndex()
  const pass = startPass(recording, index)
  let onMessage: (message: Message) => void = () => {}
  let generation = 0
  let stopped = false
  let paused = false
  let times = 1
  let ended = false
  let seekingMs: number | undefined
  /** The last interval played, and when on our own clock. */
  let lastMs = hello.atMs
  let lastAt = performance.now()
  let intervalMs = hello.intervalMs
  let wake: () => void = () => {}
  let running: Promise<void> = Promise.resolve()
  /** Which run is under way; none after a jump. */
  let runs = -1

  const isCurrent = (own: number): boolean => own === generation && !stopped

  /** Until it is due, or another word comes. */
  const waitUntil = async (dueAt: number, own: number): Promise<void> => {
    const abort = new AbortController()
    const woken = new Promise<void>((resolve) => (wake = resolve))
    const ms = dueAt - performance.now()
    if (isCurrent(own) && ms > 0)
      await Promise.race([sleep(ms, undefined, { signal: abort.signal }).catch(() => {}), woken])
    abort.abort()
  }

  const whilePaused = async (own: number): Promise<void> => {
    while (paused && isCurrent(own)) await new Promise<void>((resolve) => (wake = resolve))
  }

  /** Messages of the intervals from one on, from the file or its copy. Samples may build on earlier ones: it is read from
   * where they are whole. */
  const messagesAt = async function* (i: number): AsyncGenerator<Message[]> {
    const key = index.keyBefore(i)
    const place = index.place(key)
    const source = place.copied ? pass.copy()! : file
    const steady = createSteady({ shiftMs: index.shiftMs(key), lastMs: key > 0 ? index.atMs(key) - 1 : -Infinity })
    let isThere = false
    for await (const messages of messagesFrom(source, place.copied || gzipped, place)) {
      const moved = messages.map(steady)
      const from: number = isThere ? 0 : moved.findIndex(({ type, atMs }) => type === 'host' && atMs >= index.atMs(i))
      isThere ||= from >= 0
      if (isThere) yield moved.slice(from)
    }
  }
  const allMessages = async function* (): AsyncGenerator<Message[]> {
    const steady = createSteady()
    for await (const messages of messagesFrom(file, gzipped)) yield messages.map(steady)
  }

  /** Plays on from a place until its end; true when there is more of it to come. */
  const playFrom = async (from: AsyncGenerator<Message[]>, afterMs: number, own: number): Promise<void> => {
    let due = performance.now()
    for await (const messages of from) {
      for (const message of messages) {
        if (message.type === 'host') {
          if (message.atMs <= afterMs) continue
          await whilePaused(own)
          const stepMs = Math.min(message.atMs - lastMs, message.intervalMs * LONGEST_WAIT_INTERVALS)
          const isHole = message.atMs - lastMs > message.intervalMs * LONGEST_WAIT_INTERVALS
          due += (isHole ? message.intervalMs : Math.max(0, stepMs)) / times
          // What could not be kept up with, or was paused, is not made up for
          if (performance.now() - due > LATE_MS) due = performance.now()
          await waitUntil(due, own)
          await whilePaused(own)
          if (!isCurrent(own)) return
          lastMs = message.atMs
          lastAt = performance.now()
          intervalMs = message.intervalMs
        }
        if (!isCurrent(own)) return
        if (message.atMs > afterMs || message.type === 'hello') onMessage(message)
      }
    }
  }

  const run = async (afterMs: number | undefined, own: number): Promise<void> => {
    ended = false
    let fromMs = afterMs
    try {
      for (;;) {
        const from = fromMs === undefined ? -1 : index.find(fromMs)
        const wasCopied = from >= 0 && index.place(from).copied
        if (fromMs !== undefined) lastMs = fromMs
        await playFrom(from < 0 ? allMessages() : messagesAt(from), fromMs ?? -Infinity, own)
        if (!isCurrent(own)) return
        // The copy ends where it is still being written
        if (!wasCopied || pass.progress() === 1 || index.atMs(index.length() - 1) <= lastMs) {
          if (wasCopied && pass.progress() < 1) await sleep(RETRY_MS)
          else break
        }
        fromMs = lastMs
      }
    } catch (error) {
      if (!isCurrent(own)) return
      onMessage({ type: 'log', atMs: lastMs, level: 'warn', text: breaksOff(error) })
    }
    if (options.loop && isCurrent(own)) {
      lastMs = hello.atMs
      return run(undefined, own)
    }
    ended = true
    options.onEnd?.()
  }

  const restart = (afterMs: number | undefined): void => {
    const own = ++generation
    runs = own
    wake()
    running = run(afterMs, own)
  }

  const boundsOf = (at: number): [first: number, last: number] => {
    let first = at
    while (first > 0 && at - first < BEFORE_TICKS && index.textAt(at) - index.textAt(first - 1) < BEFORE_BYTES) first--
    let last = at
    while (
      last < index.length() - 1 &&
      last - at < AFTER_TICKS &&
      index.textAt(last + 1) - index.textAt(at) < AFTER_BYTES
    )
      last++
    return [first, last]
  }

  /** What was said before an interval and still holds. */
  const factsBefore = (atMs: number): Message[] => {
    const before = index.facts.filter((fact) => fact.atMs < atMs)
    const statuses = new Map(before.flatMap((fact) => (fact.type === 'status' ? [[fact.probe, fact] as const] : [])))
    return [hello, ...before.filter(({ type }) => type !== 'status'), ...statuses.values()]
  }

  const readWindow = async (at: number, own: number): Promise<Window | undefined> => {
    const [first, last] = boundsOf(at)
    const fromMs = index.atMs(first)
    const toMs = index.atMs(last)
    const facts = factsBefore(fromMs)
    const messages: Message[] = []
    let rows = 0
    for await (const part of messagesAt(first)) {
      if (!isCurrent(own)) return undefined
      const end = part.findIndex((message) => message.type === 'host' && message.atMs > toMs)
      const fresh = end < 0 ? part : part.slice(0, end)
      messages.push(...fresh)
      rows += fresh.reduce((sum, message) => sum + rowsOf(message), 0)
      // a short line may keep many rows of the one before
      while (rows > MOST_WINDOW_ROWS) rows -= rowsOf(messages.shift()!)
      if (end >= 0) break
    }
    return { messages: [...facts, ...messages], fromMs, toMs }
  }

  return {
    start: (listener) => {
      onMessage = listener
      restart(undefined)
    },
    send: () => {},
    stop: async () => {
      stopped = true
      wake()
      pass.stop()
      await Promise.all([running, pass.done])
      await Promise.all([file.close(), pass.copy()?.close()]).catch(() => {})
    },
    nowMs: () => (ended || paused ? lastMs : lastMs + Math.min((performance.now() - lastAt) * times, intervalMs)),
    playback: () => {
      const length = index.length()
      return {
        fromMs: length > 0 ? index.atMs(0) : hello.atMs,
        toMs: Math.max(lastMs, length > 0 ? index.atMs(length - 1) : 0),
        progress: pass.progress(),
        ...(seekingMs !== undefined && { seekingMs }),
        ended,
      }
    },
    pause: () => {
      paused = true
    },
    play: (afterMs) => {
      paused = false
      if ((afterMs !== undefined && afterMs !== lastMs) || ended || runs !== generation) restart(afterMs ?? lastMs)
      else wake()
    },
    speed: (value) => {
      times = value
      wake()
    },
    target: (fromMs, by) => {
      const length = index.length()
      if (length === 0) return undefined
      const last = length - 1
      if (by === 'first') return index.atMs(0)
      if (by === 'last') return index.atMs(last)
      const at = Math.max(0, index.find(fromMs))
      const to =
        'ticks' in by
          ? at + by.ticks
          : by.ms < 0
            ? Math.min(at - 1, index.find(index.atMs(at) + by.ms))
            : Math.max(at + 1, index.find(index.atMs(at) + by.ms))
      return index.atMs(Math.min(last, Math.max(0, to)))
    },
    around: async (atMs) => {
      const own = ++generation
      paused = true
      ended = false
      wake()
      seekingMs = atMs
      try {
        const window = await readWindow(Math.max(0, index.find(atMs)), own)
        if (window) lastMs = window.toMs
        return window
      } finally {
        if (own === generation) seekingMs = undefined
      }
    },
  }
}
