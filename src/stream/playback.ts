// How a recording is being played, and what the screen may ask of its player.

/** So many times as fast as it was recorded. */
export const SPEEDS = [1, 2, 5, 10, 20, 50, 100] as const

/** From where one is: by intervals, by time, or to an end. */
export type Seek = { ticks: number } | { ms: number } | 'first' | 'last'

export interface Playback {
  /** Of the first and the last interval known so far, in the recording's time. */
  fromMs: number
  toMs: number
  /** How much of the file has been looked through, 0 to 1: so far one can jump. */
  progress: number
  /** On the way to an instant that is being read. */
  seekingMs?: number
  ended: boolean
}
