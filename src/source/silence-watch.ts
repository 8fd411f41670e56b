// Notices when nothing comes any more. One timer for all that comes: each moves its end, which is looked at when it is due.

/** Looked at twice: after a stop of our own (Ctrl-Z) the timer is due before what was written meanwhile is read. */
const SURE_MS = 200

interface SilenceWatch {
  /** Something has to come within so much time. */
  expect(withinMs: number): void
  isSilent(): boolean
  /** It has come, or will not. */
  end(): void
}

export const watchSilence = (onSilent: () => void): SilenceWatch => {
  let silent = false
  let timer: NodeJS.Timeout | undefined
  /** Until when something has to come. */
  let fromMs = Infinity

  const wait = (): void => {
    clearTimeout(timer)
    const leftMs = fromMs - performance.now()
    timer = leftMs > 0 ? setTimeout(wait, leftMs) : setTimeout(fall, SURE_MS)
  }

  const fall = (): void => {
    if (fromMs > performance.now()) return wait()
    timer = undefined
    silent = true
    onSilent()
  }

  return {
    expect(withinMs) {
      if (silent) return
      const before = fromMs
      fromMs = performance.now() + withinMs
      if (!timer || fromMs < before) wait()
    },
    isSilent: () => silent,
    end() {
      clearTimeout(timer)
      timer = undefined
      silent = false
    },
  }
}
