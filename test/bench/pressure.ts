// What becomes of probetop under pressure: how much of each load there was, beside what there was to be, which tiers it goes
// on in, what it costs as CPU time of the whole machine (the same work without and with it, not what the kernel's statistics
// say of programs), how far its sums are from what the work says of itself, the longest gap between intervals, and panels
// that went without a figure.
import { readFileSync } from 'node:fs'
import { liveSource } from '../../src/source/live.ts'
import { ENGINE_FLAGS } from '../../src/source/v8-flags.ts'
import type { Message, Sample, Source } from '../../src/stream/stream-types.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { sleepMs } from '../helpers/workload.ts'
import type { Figure } from './figures.ts'
import { of, underPressure, type Load, type Pressure } from './pressures.ts'
import { ENGINE } from './program.ts'
import { table } from './tables.ts'

const PART = 'pressure'
/** The probes that are looked at. */
export const PRESSED = ['sched', 'block', 'tcp', 'syscalls'] as const
const SETTLE_MS = 2500

/** CPU time of all CPUs that was not idle. */
const busyMs = (): number => {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = readFileSync('/proc/stat', 'utf8')
    .split('\n')[0]!
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return (user + nice + system + irq + softirq) * 10
}

let running: Source | undefined
process.once('exit', () => void running?.stop())

/** As the program itself starts it: behind its keeper, in a group of the scheduler's own. */
const startEngine = (): { source: Source; messages: Message[] } => {
  const source = liveSource({
    engine: [process.execPath, ...ENGINE_FLAGS, ENGINE],
    probes: PRESSED as readonly string[] as ProbeId[],
    intervalMs: 1000,
    maxOverheadPercent: 5,
    fullFirst: true,
  })
  running = source
  const messages: Message[] = []
  source.start((message) => messages.push(message))
  return { source, messages }
}

/** A load, once. */
interface Done {
  load: Load
  amount: number
  ms: number
}

interface Worked {
  done: Done[]
  cpuMs: number
}

const workOf = async ({ loads }: Pressure): Promise<Worked> => {
  const before = busyMs()
  const done = await Promise.all(
    loads.map(async (load): Promise<Done> => {
      const beganMs = performance.now()
      const amount = await load.work()
      return { load, amount, ms: performance.now() - beganMs }
    }),
  )
  return { done, cpuMs: busyMs() - before }
}

interface Seen {
  bare: Worked
  beside: Worked
  errors: Map<Load, number>
  gapMs: number
  blank: number
  intervals: number
  tiers: string
}

const measure = async (pressure: Pressure): Promise<Seen> => {
  const bare = await workOf(pressure)
  const { source, messages } = startEngine()
  while (!messages.some(({ type }) => type === 'sample')) await sleepMs(50)
  await sleepMs(SETTLE_MS)
  const from = messages.length
  const beside = await workOf(pressure)
  await sleepMs(SETTLE_MS)
  const since = messages.slice(from)
  await source.stop()
  const samples = since.flatMap((message) => (message.type === 'sample' ? [message as Sample] : []))
  const hosts = since.filter((message) => message.type === 'host')
  return {
    bare,
    beside,
    errors: errorsOf(beside.done, samples),
    gapMs: Math.max(...hosts.map(({ intervalMs }) => intervalMs)),
    blank: hosts.length * PRESSED.length - samples.length,
    intervals: hosts.length,
    tiers: PRESSED.map((probe) => tiersOf(of(samples, probe as ProbeId), probe, messages)).join(', '),
  }
}

/** Percent, of those that the samples have anything of. */
const errorsOf = (done: readonly Done[], samples: readonly Sample[]): Map<Load, number> =>
  new Map(
    done.flatMap(({ load, amount }) => {
      const seen = load.shown(samples)
      const { row, part } = load.also ?? { row: '', part: 0 }
      const more = part * (done.find((other) => other.load.row === row)?.amount ?? 0)
      return seen === undefined ? [] : [[load, 100 * (seen / (amount + more) - 1)] as const]
    }),
  )

/** `sched full, counted`, in the order in which they were first seen. */
const tiersOf = (samples: readonly Sample[], probe: string, messages: readonly Message[]): string => {
  const seen: string[] = [...new Set(samples.map(({ tier }) => tier?.is ?? 'full'))]
  if (seen.length === 0) {
    const last = messages.findLast((message) => message.type === 'status' && message.probe === probe)
    seen.push(last?.type === 'status' ? `none (${Object.values(last.status).join(', ')})` : 'none')
  }
  return `${probe} ${seen.join(' → ')}`
}

const reached = ({ load, amount, ms }: Done): number => (load.isAtOnce ? amount : amount / (ms / 1000))

/** `rounds`: pairs of the work without and with probetop; what is shown is the middle of them. */
export const pressureFigures = async (
  { rounds, ...options }: { rounds: number; quick: boolean; rows: readonly string[] },
  say: (text: string) => void,
): Promise<Figure[]> => {
  const tiers: [string, string][] = []
  const figures: Figure[] = []
  const note = (row: string, name: string, value: number | undefined): void => {
    if (value === undefined) return
    const figure = figures.find((one) => one.row === row && one.name === name)
    if (figure) figure.values.push(value)
    else figures.push({ part: PART, row, name, values: [value] })
  }
  await underPressure(options, async (pressure) => {
    const { row, loads } = pressure
    for (let round = 1; round <= rounds; round++) {
      say(`pressure, round ${round} of ${rounds}: ${row}`)
      const { bare, beside, errors, gapMs, blank, intervals, tiers: were } = await measure(pressure)
      tiers.push([row, were])
      note(row, 'CPU s without', bare.cpuMs / 1000)
      note(row, 'CPU s with', beside.cpuMs / 1000)
      note(row, 'more, %', (100 * (beside.cpuMs - bare.cpuMs)) / bare.cpuMs)
      note(row, 'longest interval, ms', gapMs)
      note(row, 'intervals', intervals)
      note(row, 'panels without a figure', blank)
      for (const [i, done] of beside.done.entries()) {
        const own = loads.length === 1 ? row : `  of it ${done.load.row}`
        note(own, 'to be', done.load.wanted)
        note(own, 'reached without', reached(bare.done[i]!))
        note(own, 'reached with', reached(done))
        note(own, 'error of the sum, %', errors.get(done.load))
      }
    }
  })
  console.log(`${table(['pressure', 'tiers'], tiers)}\n`)
  return figures
}
