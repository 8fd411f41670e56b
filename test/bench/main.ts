// `npm run bench`: what probetop costs, beside its peers, on this machine, in one run. Prints Markdown tables; progress
// goes to stderr. Needs root and a machine with nothing else to do. Options: options.ts.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { compareTable } from './compare.ts'
import { cpuFigures } from './cpus.ts'
import { sampledFigures } from './calls-sampled.ts'
import { diskFigures } from './disk-alone.ts'
import { drillFigures } from './drills.ts'
import { addTo, merge } from './figures.ts'
import type { Figure } from './figures.ts'
import { footprints, MONITORS } from './footprint.ts'
import { framesApart } from './frames-apart.ts'
import { growthFigures } from './growth.ts'
import { kernelFigures } from './kernel.ts'
import { limitTable } from './limits.ts'
import { machineLine } from './machine.ts'
import { benchOptions, usage } from './options.ts'
import type { BenchOptions } from './options.ts'
import { programFigures } from './programs.ts'
import { pressureFigures } from './pressure.ts'
import { recordedFigures } from './recorded.ts'
import { stackFigures } from './stacks.ts'
import { scriptFigures } from './scripts.ts'
import { partTable } from './tables.ts'
import { TOOLS } from './tools.ts'
import { keyFigures, launchFigures } from './whole.ts'
import { WORK } from './work.ts'

const KERNEL = WORK.map(({ part }) => part)
const CHOICES = {
  parts: [
    ...KERNEL,
    'idle',
    'loaded',
    'launch',
    'frames',
    'keys',
    'growth',
    'cpus',
    'disk',
    'sampled',
    'programs',
    'stacks',
    'drills',
    'pressure',
    'recorded',
    'scripts',
  ],
  tools: [...new Set([...TOOLS, ...MONITORS].map(({ name }) => name))],
}

interface Kept {
  machine: string
  figures: Figure[]
}

const read = (file: string): Kept => JSON.parse(readFileSync(file, 'utf8')) as Kept
const say = (text: string): void => console.error(`${new Date().toTimeString().slice(0, 8)} ${text}`)

const measure = async ({ parts, rounds, longRounds, seconds, quick, only, rows }: BenchOptions): Promise<Figure[]> => {
  const figures: Figure[] = []
  const kernel = parts.filter((part) => KERNEL.includes(part))
  if (kernel.length > 0) figures.push(...(await kernelFigures(kernel, { rounds, quick, only, say })))
  for (const part of parts) {
    if (!KERNEL.includes(part)) say(part)
    if (part === 'idle' || part === 'loaded')
      figures.push(...(await footprints(part, { rounds: longRounds, seconds, quick, only, say })))
    if (part === 'launch') figures.push(...(await launchFigures(rounds)))
    if (part === 'frames') figures.push(...framesApart(rounds, quick))
    if (part === 'keys') figures.push(...(await keyFigures(longRounds, quick ? 50 : 200)))
    if (part === 'growth') figures.push(...(await growthFigures(rounds, say)))
    if (part === 'cpus') figures.push(...cpuFigures(rounds))
    if (part === 'disk') figures.push(...(await diskFigures((quick ? 5 : 10) * rounds, say)))
    if (part === 'sampled') figures.push(...(await sampledFigures(rounds, quick, say)))
    if (part === 'stacks') figures.push(...(await stackFigures(rounds, quick, say)))
    if (part === 'drills') figures.push(...(await drillFigures(quick ? 20 : 1000, say)))
    if (part === 'pressure') figures.push(...(await pressureFigures({ rounds: longRounds, quick, rows }, say)))
    if (part === 'recorded') figures.push(...(await recordedFigures({ seconds, quick, rows }, say)))
    if (part === 'scripts') figures.push(...(await scriptFigures({ rounds: longRounds, seconds, quick }, say)))
    if (part === 'programs') figures.push(...(await programFigures(longRounds, say)))
  }
  return figures
}

const print = ({ machine, figures }: Kept): void => {
  const parts = CHOICES.parts.filter((part) => figures.some((figure) => figure.part === part))
  const tables = parts.map((part) => partTable(part, figures))
  console.log([machine, ...tables, limitTable(figures)].filter(Boolean).join('\n\n'))
}

/** The file's figures with the new ones; those of another machine or version do not belong there. */
const keep = (file: string, fresh: Kept, add: boolean): void => {
  const older = existsSync(file) ? read(file) : undefined
  const figures = older?.machine === fresh.machine ? (add ? addTo : merge)(older.figures, fresh.figures) : fresh.figures
  writeFileSync(file, `${JSON.stringify({ ...fresh, figures }, null, 1)}\n`)
}

const main = async (): Promise<void> => {
  const options = benchOptions(process.argv.slice(2), CHOICES)
  if (options.help) return console.log(usage(CHOICES))
  if (options.show !== undefined) return print(read(options.show))
  // asked for first: a file that is not there shall not be found missing after minutes
  const before = options.compare === undefined ? undefined : read(options.compare)
  if (process.getuid?.() !== 0)
    throw new Error('needs root: it loads BPF programs, and makes loop devices and network namespaces')
  const fresh = { machine: machineLine(), figures: await measure(options) }
  print(fresh)
  if (before) console.log(`\ncompared with ${before.machine}\n\n${compareTable(fresh.figures, before.figures)}`)
  if (options.json !== undefined) keep(options.json, fresh, options.add)
}

// so that what was made for the work is taken away
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
try {
  await main()
} catch (error) {
  console.error(`bench: ${(error as Error).message}`)
  process.exitCode = 2
}
process.exit() // frames leave blessed's handles behind
