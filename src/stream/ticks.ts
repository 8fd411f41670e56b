// Tells when the samples of one interval are all there. They carry the same time and come in one burst, but how many
// there are depends on which probes work; so an interval ends with the first message of the next, or with silence.
import type { Message } from './stream-types.ts'

const SILENCE_MS = 60

interface Ticks {
  add(message: Message): void
  /** No more is coming: hands over what there is. */
  end(): void
}

/** `onTick` gets the time of each interval that brought at least one sample; or of each at all, while `samplesDue` says
 * that none can come. */
export const groupTicks = (
  onTick: (atMs: number, intervalMs: number) => void,
  samplesDue = (): boolean => true,
): Ticks => {
  let pending: { atMs: number; intervalMs: number } | undefined
  let timer: NodeJS.Timeout | undefined

  const flush = (): void => {
    clearTimeout(timer)
    if (!pending) return
    const { atMs, intervalMs } = pending
    pending = undefined
    onTick(atMs, intervalMs)
  }

  return {
    add: (message) => {
      if (message.type !== 'sample' && message.type !== 'host') return
      if (pending && message.atMs !== pending.atMs) flush()
      if (message.type !== 'sample' && samplesDue()) return
      pending = { atMs: message.atMs, intervalMs: message.intervalMs }
      clearTimeout(timer)
      timer = setTimeout(flush, SILENCE_MS)
    },
    end: flush,
  }
}
