// What becomes of a recording under pressure: probetop in a terminal writes one, as long as asked for, while the machine is
// under each of the loads in pressures.ts over and over. Of the recording: time that is in no interval, intervals that took
// longer than they should, panels that have no sample in an interval, and the tiers in which they went on.
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Message } from '../../src/stream/stream-types.ts'
import { sleepMs } from '../helpers/workload.ts'
import type { Figure } from './figures.ts'
import { PRESSED } from './pressure.ts'
import { underPressure, type Pressure } from './pressures.ts'
import { PROGRAM, startInTerminal } from './program.ts'
import { table } from './tables.ts'

const PART = 'recorded'
const WIDTH = 120
const HEIGHT = 36
/** Of intervals of a second. */
const LATE_MS = 1100
/** Until all panels have begun. */
const SETTLE_MS = 3000

interface Recorded {
  seconds: number
  intervals: number
  /** Of the time between the first and the last interval, what no interval covers. */
  uncoveredMs: number
  longestMs: number
  late: number
  blank: number
  tiers: Map<string, Map<string, number>>
  /** Warnings, without their numbers: how often. */
  said: Map<string, number>
}

/** Of a recording's lines; what was before `fromMs` is not looked at. */
const readRecording = async (path: string, fromMs: number): Promise<Recorded> => {
  const found: Recorded = {
    seconds: 0,
    intervals: 0,
    uncoveredMs: 0,
    longestMs: 0,
    late: 0,
    blank: 0,
    tiers: new Map(),
    said: new Map(),
  }
  let samples = 0
  let first: number | undefined
  let last = 0
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const message = JSON.parse(line) as Message
    if (message.atMs < fromMs) continue
    if (message.type === 'host') {
      found.intervals++
      found.longestMs = Math.max(found.longestMs, message.intervalMs)
      if (message.intervalMs > LATE_MS) found.late++
      if (first !== undefined) found.uncoveredMs += Math.max(0, message.atMs - last - message.intervalMs)
      first ??= message.atMs
      last = message.atMs
    } else if (message.type === 'sample' && (PRESSED as readonly string[]).includes(message.probe)) {
      samples++
      const tiers = found.tiers.get(message.probe) ?? new Map<string, number>()
      const tier = (message as { tier?: { is: string } }).tier?.is ?? 'full'
      found.tiers.set(message.probe, tiers.set(tier, (tiers.get(tier) ?? 0) + 1))
    } else if (message.type === 'log' && message.level === 'warn') {
      const text = message.text.replace(/\d+/g, 'N')
      found.said.set(text, (found.said.get(text) ?? 0) + 1)
    }
  }
  return { ...found, seconds: (last - (first ?? last)) / 1000, blank: found.intervals * PRESSED.length - samples }
}

const record = async (
  { loads }: Pressure,
  seconds: number,
  folder: string,
): Promise<{ found: Recorded; mb: number }> => {
  const file = join(folder, 'recording.ndjson')
  const program = startInTerminal(WIDTH, HEIGHT, [PROGRAM, '-w', file])
  try {
    await program.until((screen) => screen.includes('LIVE'), 20_000)
    await sleepMs(SETTLE_MS)
    const fromMs = Date.now()
    while (Date.now() - fromMs < seconds * 1000) await Promise.all(loads.map(({ work }) => work()))
    await program.quit()
    return { found: await readRecording(file, fromMs), mb: statSync(file).size / 1e6 }
  } finally {
    program.child.kill('SIGTERM')
    rmSync(file, { force: true })
  }
}

/** `full 12, sampled 588` */
const tierText = (tiers: Map<string, number> | undefined): string =>
  [...(tiers ?? [])].map(([tier, count]) => `${tier} ${count}`).join(', ') || 'none'

export const recordedFigures = async (
  { seconds, quick, rows }: { seconds: number; quick: boolean; rows: readonly string[] },
  say: (text: string) => void,
): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'probetop-recorded-'))
  const reached: string[][] = []
  const figures: Figure[] = []
  try {
    await underPressure({ quick, rows }, async (pressure) => {
      say(`recorded: ${pressure.row}`)
      const { found, mb } = await record(pressure, seconds, folder)
      reached.push([pressure.row, ...PRESSED.map((probe) => tierText(found.tiers.get(probe)))])
      for (const [text, count] of found.said) say(`  ${count} x ${text}`)
      const add = (name: string, value: number): void =>
        void figures.push({ part: PART, row: pressure.row, name, values: [value] })
      add('seconds', found.seconds)
      add('intervals', found.intervals)
      add('ms in no interval', found.uncoveredMs)
      add('longer than 1.1 s', found.late)
      add('longest interval, ms', found.longestMs)
      add('panels without a figure', found.blank)
      add('MB', mb)
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(`${table(['recorded, intervals in each tier', ...PRESSED], reached)}\n`)
  return figures
}
