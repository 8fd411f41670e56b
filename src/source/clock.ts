// The clock of the stream: begins as the wall clock and then never steps, the same in the screen and in its engine.
// What is measured, kept and compared has its time; the wall clock is for labels, and comes beside it (model/wall.ts).

/** Since the machine was started; of the machine, so the same for every process. Stands still while it is suspended. */
const machineMs = (): number => {
  const [seconds, ns] = process.hrtime()
  return seconds * 1000 + ns / 1e6
}

/** What this process's clock adds to the machine's, to be handed to the engine. */
export const EPOCH_MS = Math.round(Date.now() - machineMs())

/** A clock in whole ms. */
export const clockOf =
  (epochMs = EPOCH_MS): (() => number) =>
  () =>
    Math.round(epochMs + machineMs())

export const streamMs = clockOf()
