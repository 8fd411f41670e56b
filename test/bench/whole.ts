// The whole program in a terminal: from launch to its first frame and to data, and from key to frame while the machine
// is busy.
import { quantile } from 'd3-array'
import { sleepMs } from '../helpers/workload.ts'
import type { Figure } from './figures.ts'
import { NO_LOAD, startLoad, SWITCHING } from './load.ts'
import { startProgram } from './program.ts'
import { terminalFirst } from './terminal-first.ts'
import { OURS } from './tools.ts'

const WIDTH = 120
const HEIGHT = 36
const FIVE_PANELS = 5
/** The row of launches under load. */
export const LOADED = `${OURS}, under stress-ng ${SWITCHING.join(' ')}`

/** From exec to the first thing on the screen, and to data in all five panels; on a machine that has nothing else to do, and
 * on one that is full of switches and calls. */
export const launchFigures = async (rounds: number): Promise<Figure[]> => {
  const figures = await launches(OURS, rounds)
  if (NO_LOAD) return [...figures, { ...figures[0]!, row: LOADED, values: [], missing: NO_LOAD }]
  const asBefore = terminalFirst()
  const load = startLoad(SWITCHING)
  try {
    await sleepMs(2000)
    return [...figures, ...(await launches(LOADED, rounds))]
  } finally {
    await load.stop()
    asBefore()
  }
}

const launches = async (row: string, rounds: number): Promise<Figure[]> => {
  const first: number[] = []
  const all: number[] = []
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    const program = startProgram(WIDTH, HEIGHT)
    try {
      await program.until((screen) => screen.trim() !== '', 10_000)
      first.push(performance.now() - began)
      await program.until(
        (screen) => (screen.match(/ (live|quiet|sampled|counted|lost \S+)[^╮┬]* [╮┬]/g) ?? []).length >= FIVE_PANELS,
        10_000,
      )
      all.push(performance.now() - began)
    } finally {
      await program.quit() // or it would be measured with all that follows
    }
  }
  const figure = (name: string, values: number[]): Figure => ({ part: 'launch', row, name, values })
  return [figure('ms to first frame', first), figure('ms to all data', all)]
}

/** Moves the focus while the machine is full of switches and calls. */
export const keyFigures = async (rounds: number, keys: number): Promise<Figure[]> => {
  const figure = (name: string): Figure => ({ part: 'keys', row: OURS, name, values: [] })
  const p50 = figure('p50 ms')
  const p99 = figure('p99 ms')
  if (NO_LOAD) return [{ ...p50, missing: NO_LOAD }]
  const asBefore = terminalFirst()
  for (let round = 0; round < rounds; round++) {
    const load = startLoad(SWITCHING)
    const program = startProgram(WIDTH, HEIGHT)
    const times: number[] = []
    try {
      await sleepMs(4000)
      for (let i = 0; i < keys; i++) {
        times.push(await program.press(i % 2 === 0 ? '\t' : '\x1b[Z'))
        await sleepMs(37)
      }
    } finally {
      await program.quit()
      await load.stop()
    }
    p50.values.push(quantile(times, 0.5)!)
    p99.values.push(quantile(times, 0.99)!)
  }
  asBefore()
  return [p50, p99]
}
