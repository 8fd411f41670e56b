// `npm run bench`: what probetop costs, beside its peers, on this machine, in one run. Prints Markdown tables; progress
// goes to stderr. Needs root and a machine with nothing else to do. Options: see USAGE.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { compareTable } from './compare.ts'
import { addTo, merge } from './figures.ts'
import type { Figure } from './figures.ts'
import { cpuFigures } from './cpus.ts'
import { footprints } from './footprint.ts'
import { frameFigures } from './frames.ts'
import { growthFigures } from './growth.ts'
import { kernelFigures } from './kernel.ts'
import { limitTable } from './limits.ts'
import { machineLine } from './machine.ts'
import { programFigures } from './programs.ts'
import { partTable } from './tables.ts'
import { keyFigures, launchFigures } from './whole.ts'
import { WORK } from './work.ts'

const KERNEL = WORK.map(({ part }) => part)
const PARTS = [...KERNEL, 'idle', 'loaded', 'launch', 'frames', 'keys', 'growth', 'cpus', 'programs']

const USAGE = `npm run bench -- [options] [part...]
parts (default all): ${PARTS.join(' ')}
  --rounds N      rounds of each part (default 5; memory and CPU: 1)
  --seconds N     how long memory and CPU are watched (default 20)
  --only LIST     only these tools, by name, comma separated (bare is always there)
  --quick         short, to see that it works
  --json FILE     keep the figures there; those of the same parts are replaced
  --add           add the runs to those in FILE instead
  --compare FILE  ratios to the figures there
  --show FILE     measure nothing, print the tables of FILE`

interface Kept {
  machine: string
  figures: Figure[]
}

const read = (file: string): Kept => JSON.parse(readFileSync(file, 'utf8')) as Kept
const say = (text: string): void => console.error(`${new Date().toTimeString().slice(0, 8)} ${text}`)

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' }, seconds: { type: 'string' }, only: { type: 'string' }, quick: { type: 'boolean', default: false },
    json: { type: 'string' }, add: { type: 'boolean', default: false }, compare: { type: 'string' }, show: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const measure = async (parts: readonly string[]): Promise<Figure[]> => {
  const { quick } = options
  const rounds = Number(options.rounds ?? (quick ? 2 : 5))
  const longRounds = Number(options.rounds ?? 1)
  const seconds = Number(options.seconds ?? (quick ? 5 : 20))
  const only = options.only?.split(',') ?? []
  const figures: Figure[] = []
  const kernel = parts.filter((part) => KERNEL.includes(part))
  if (kernel.length > 0) figures.push(...(await kernelFigures(kernel, { rounds, quick, only, say })))
  for (const part of parts) {
    if (!KERNEL.includes(part)) say(part)
    if (part === 'idle' || part === 'loaded') figures.push(...(await footprints(part, longRounds, seconds, only, say)))
    if (part === 'launch') figures.push(...(await launchFigures(rounds)))
    if (part === 'frames') figures.push(...frameFigures(rounds, quick))
    if (part === 'growth') figures.push(...(await growthFigures(rounds, say)))
    if (part === 'cpus') figures.push(...cpuFigures(rounds + 5))
    if (part === 'programs') figures.push(...(await programFigures(longRounds, say)))
    if (part === 'keys') figures.push(...(await keyFigures(longRounds, quick ? 50 : 200)))
  }
  return figures
}

const print = ({ machine, figures }: Kept): void => {
  const parts = [...new Set(figures.map(({ part }) => part))]
  const tables = parts.map((part) => partTable(part, figures))
  console.log([machine, ...tables, limitTable(figures)].filter(Boolean).join('\n\n'))
}

const main = async (): Promise<void> => {
  const unknown = positionals.find((part) => !PARTS.includes(part))
  if (unknown !== undefined || options.help) {
    console.log(unknown === undefined ? USAGE : `no part ${unknown}\n${USAGE}`)
    process.exitCode = unknown === undefined ? 0 : 2
    return
  }
  if (options.show !== undefined) return print(read(options.show))
  const fresh = { machine: machineLine(), figures: await measure(positionals.length > 0 ? positionals : PARTS) }
  print(fresh)
  if (options.compare !== undefined) {
    const before = read(options.compare)
    console.log(`\ncompared with ${before.machine}\n\n${compareTable(fresh.figures, before.figures)}`)
  }
  if (options.json === undefined) return
  const older = existsSync(options.json) ? read(options.json) : undefined
  const join = options.add ? addTo : merge
  const kept = { ...fresh, figures: older?.machine === fresh.machine ? join(older.figures, fresh.figures) : fresh.figures }
  writeFileSync(options.json, `${JSON.stringify(kept, null, 1)}\n`)
}

// so that what was made for the work is taken away
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
await main()
process.exit() // frames leave blessed's handles behind
