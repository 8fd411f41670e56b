// The wall clock's word for an instant of the stream: the stream's clock never steps, the wall clock may.
import type { HostFacts } from '../stream/stream-types.ts'
import type { Known } from './view.ts'

/** A step within this long is worth a word. */
const WINDOW_MS = 60_000
/** Less is a clock that is being kept right. */
const LEAST_STEP_MS = 500

const offsetMs = (host: HostFacts | undefined): number => (host?.wallMs === undefined ? 0 : host.wallMs - host.atMs)

/** Wall clock at an instant of the stream, in ms. */
export const wallMs = (store: Known, atMs: number): number => atMs + offsetMs(store.host(atMs))

/** By how much the wall clock was set in the last minute; 0: not. */
export const clockStepMs = (store: Known, atMs: number): number => {
  const stepMs = offsetMs(store.host(atMs)) - offsetMs(store.host(atMs - WINDOW_MS))
  return Math.abs(stepMs) >= LEAST_STEP_MS ? stepMs : 0
}
