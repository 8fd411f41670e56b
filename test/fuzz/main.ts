// `npm run fuzz`: mutated inputs of every kind that comes from outside, by seed, so that a run can be repeated. Says for
// each area the longest block, the memory and what went wrong, and keeps inputs that did. `-- elf maps` runs these areas
// only. Exit code 1 when anything was wrong, 2 for what cannot be understood.
import { fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BUILD } from '../../src/paths.ts'
import { AREAS } from './areas.ts'
import type { Area } from './area.ts'
import { inputOf, materialOf } from './run.ts'
import type { Fault, Report } from './run.ts'

const USAGE = `npm run fuzz -- [options] [area...]
areas (default all): ${AREAS.map(({ name }) => name).join(' ')}
  --seed N     another seed gives other inputs (default 1)
  --rounds N   inputs for each area (default 100000)
  --first N    begin with this round; with --rounds 1 one input comes again`
const SILENCE_MS = 60_000

const ended = (area: Area, round: number, what: string): Report => ({
  area: area.name,
  rounds: round,
  seconds: 0,
  longestBlockMs: Infinity,
  peakBytes: 0,
  grownBytes: 0,
  faults: [{ round, what, input: Buffer.alloc(0) }],
})

/** In a process of its own; one that no longer says anything is ended. */
const run = (area: Area, seed: number, rounds: number, first: number): Promise<Report> =>
  new Promise((resolve) => {
    const child = fork(
      join(import.meta.dirname, 'worker.ts'),
      [area.name, String(seed), String(rounds), String(first)],
      { execArgv: [...process.execArgv, '--expose-gc'], serialization: 'advanced' },
    )
    let round = first
    let silent: NodeJS.Timeout
    const heard = (): void => {
      clearTimeout(silent)
      silent = setTimeout(() => {
        child.kill('SIGKILL')
        resolve(ended(area, round, `no end of one of the inputs from here on`))
      }, SILENCE_MS)
    }
    heard()
    child.on('message', (message: { round?: number; report?: Report }) => {
      heard()
      round = message.round ?? round
      if (message.report) resolve(message.report)
    })
    child.on('exit', (code, signal) => {
      clearTimeout(silent)
      resolve(ended(area, round, `the process ended (${signal ?? code}) with one of the inputs from here on`))
    })
  })

const kept = async (area: Area, seed: number, { round }: Fault): Promise<string> => {
  const folder = join(BUILD, 'fuzz')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${area.name}-${seed}-${round}`)
  writeFileSync(path, inputOf(area, await materialOf(area), seed, round))
  return path
}

const say = async (area: Area, seed: number, report: Report): Promise<void> => {
  const { rounds, seconds, longestBlockMs, peakBytes, grownBytes, faults } = report
  const mb = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`
  console.log(
    `${area.name}: ${rounds} inputs in ${seconds.toFixed(0)} s, longest block ${longestBlockMs.toFixed(0)} ms, ` +
      `memory ${mb(peakBytes)} (${mb(grownBytes)} more than at first), ${faults.length} wrong`,
  )
  for (const fault of faults)
    console.log(`  round ${fault.round}: ${fault.what}\n    input in ${await kept(area, seed, fault)}`)
}

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '100000' },
      first: { type: 'string', default: '0' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return 0
  }
  const [seed, rounds, first] = [values.seed, values.rounds, values.first].map(Number) as [number, number, number]
  if (![seed, rounds, first].every((number) => Number.isSafeInteger(number) && number >= 0))
    throw new Error('--seed, --rounds and --first take whole numbers')
  const unknown = positionals.filter((name) => !AREAS.some((area) => area.name === name))
  if (unknown.length > 0) throw new Error(`no such area: ${unknown.join(' ')}`)
  let faults = 0
  for (const area of AREAS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    const report = await run(area, seed, rounds, first)
    await say(area, seed, report)
    faults += report.faults.length
  }
  return faults > 0 ? 1 : 0
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(`${(error as Error).message}\n${USAGE}`)
  process.exitCode = 2
}
