// When a running script is asked for its maps, and what is waited for: shortly before each reading, so that what comes is
// of its instant; again where no answer comes. What the maps had when the first ones came is no part of an interval. Knows
// nothing of maps or programs: it is told when something was said, and says when to ask.

interface Clock {
  nowMs(): number
  /** Calls it back, unless that is taken back. */
  after(ms: number, what: () => void): () => void
}

export interface AskingOptions {
  intervalMs: number
  /** Asks; false: not now, as it must not be asked. */
  ask(): boolean
  /** It runs, and would answer. */
  canAsk(): boolean
  /** Once it has begun it is asked before each reading. */
  isAskedAgain: boolean
  /** Without a word for so long it is stuck. */
  silentMs: number
  /** Given by tests. */
  clock?: Clock
}

interface Asking {
  /** It has just attached: asked soon, as whether it floods us is seen by then. */
  begin(): void
  /** Anything at all came from it. */
  said(): void
  /** That was no answer, but what it prints by itself. */
  printed(): void
  /** A map came that is only printed when we ask: the first of an answer says of when that is. */
  began(): void
  /** Because we asked. */
  isAnswer(): boolean
  /** All maps have come. True: they are what is counted from. */
  answered(): boolean
  /** A part of an interval is there to be read. */
  hasFrame(): boolean
  /** It is known what the maps had before the first interval. */
  hasBaseline(): boolean
  /** What is there is read: over how many ms, where that is known. The next is asked for. */
  take(): number | undefined
  /** What it prints comes, an answer does not. */
  isBehind(): boolean
  isSilent(): boolean
  setInterval(ms: number): void
  /** It is started anew. */
  reset(): void
  close(): void
}

/** Asked so long before a reading at first, then by how long answers take. */
const LEAD_MS = { first: 60, least: 15 }
const FIRST_ASK_MS = 60
/** Asked again when there is no answer. */
const ASK_AGAIN_MS = 200
/** What is counted from is the second: for the first one bpftrace reads the kernel's symbols, in the middle of it. */
const BASELINE_ANSWERS = 2
/** Behind all that it prints an answer may take long, or get lost: what is printed is shown without. */
const BEHIND_MS = 1500

const CLOCK: Clock = {
  nowMs: () => performance.now(),
  after(ms, what) {
    const timer = setTimeout(what, ms)
    return () => clearTimeout(timer)
  },
}

export const createAsking = ({
  intervalMs: firstMs,
  ask,
  canAsk,
  isAskedAgain,
  silentMs,
  clock = CLOCK,
}: AskingOptions): Asking => {
  let intervalMs = firstMs
  let leadMs = LEAD_MS.first
  let cancel = (): void => {}
  /** When it was asked, when the answer began, and when those did that were had and read last. */
  let askedMs: number | undefined
  let beganMs: number | undefined
  let frameMs: number | undefined
  let readFrameMs: number | undefined
  let printedMs = -Infinity
  /** Without a word since. */
  let asks = 0
  let answers = 0
  let hasBaseline = false

  const at = (ms: number, what: () => void): void => {
    cancel()
    cancel = clock.after(ms, what)
  }
  const againMs = (): number => Math.max(ASK_AGAIN_MS, intervalMs)

  const askNow = (): void => {
    cancel()
    if (!canAsk()) return
    askedMs ??= clock.nowMs()
    if (ask()) asks++
    at(againMs(), askNow)
  }
  const askNext = (): void => {
    if (isAskedAgain) at(Math.max(0, intervalMs - leadMs), askNow)
  }

  return {
    begin: () => at(FIRST_ASK_MS, askNow),
    said() {
      asks = 0
    },
    printed() {
      printedMs = clock.nowMs()
    },
    began() {
      beganMs ??= clock.nowMs()
    },
    isAnswer: () => askedMs !== undefined,
    answered() {
      const nowMs = clock.nowMs()
      const firstMs = beganMs ?? nowMs
      beganMs = undefined
      // one that was asked twice answers twice
      if (askedMs === undefined) return false
      cancel()
      leadMs = Math.min(intervalMs / 2, Math.max(LEAD_MS.least, (leadMs + 1.5 * (nowMs - askedMs) + 10) / 2))
      frameMs = firstMs
      askedMs = undefined
      asks = 0
      if (hasBaseline) return false
      if (++answers < BASELINE_ANSWERS) {
        askNow()
        return false
      }
      hasBaseline = true
      readFrameMs = frameMs
      askNext()
      return true
    },
    hasFrame: () => hasBaseline && frameMs !== readFrameMs,
    hasBaseline: () => hasBaseline,
    take() {
      const spanMs =
        frameMs !== undefined && readFrameMs !== undefined && frameMs > readFrameMs ? frameMs - readFrameMs : undefined
      readFrameMs = frameMs
      askNext()
      return spanMs
    },
    isBehind: () =>
      askedMs !== undefined && printedMs > askedMs && clock.nowMs() - askedMs > Math.max(BEHIND_MS, 2 * intervalMs),
    isSilent: () => askedMs !== undefined && asks * againMs() >= silentMs,
    setInterval(ms) {
      if (ms === intervalMs) return
      intervalMs = ms
      leadMs = Math.min(leadMs, intervalMs / 2)
      if (hasBaseline && askedMs === undefined) askNext()
    },
    reset() {
      cancel()
      hasBaseline = false
      askedMs = beganMs = undefined
      answers = asks = 0
    },
    close: () => cancel(),
  }
}
