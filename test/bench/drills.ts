// Into a process, its stacks and one of its threads and out again, a thousand times under load, in a terminal. Beside
// it, at the same time and under the same load, a probetop that only watches: what both do alike is no leak.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDrillLoad } from './drill-load.ts'
import type { DrillLoad, Target } from './drill-load.ts'
import type { Figure } from './figures.ts'
import { holdings, keptObjects } from './holdings.ts'
import { nameOf, tree } from './processes.ts'
import { PROGRAM, startInTerminal } from './program.ts'
import type { Program } from './program.ts'
import { number } from './tables.ts'

const WIDTH = 120
const HEIGHT = 36
/** The shortest interval there is: what begins with the next one does so at once. */
const INTERVAL_S = '0.1'
const MODES = ['off-CPU', 'on-CPU', 'blocked now']
const CHECKS = 10
const WITHIN_MS = 15_000
/** Rounds from which on a slope says something: before, histories still fill up. */
const ENOUGH = 500
const HOOK = join(import.meta.dirname, 'heap-hook.mjs')

export const DRILLED = 'drilled'
export const WATCHING = 'only watching'
export const SLOPE = 'more per 100 rounds, second half'
export const LEFT = 'kernel objects that came or went'

interface Watched {
  row: string
  program: Program
  screen: number
  engine: number
  heapFile: string
}

export const drillFigures = async (rounds: number, say: (text: string) => void): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'probetop-drills-'))
  const load = startDrillLoad(folder)
  const watched: Watched[] = []
  try {
    for (const row of [DRILLED, WATCHING]) watched.push(await watch(row, join(folder, row)))
    return await drill(watched, load, rounds, say)
  } finally {
    for (const { program } of watched) await program.quit()
    load.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const watch = async (row: string, heapFile: string): Promise<Watched> => {
  const command = [
    'env',
    `PROBETOP_HEAP=${heapFile}`,
    process.execPath,
    '--expose-gc',
    '--import',
    HOOK,
    PROGRAM,
    '--max-overhead',
    '0',
    INTERVAL_S,
  ]
  const program = startInTerminal(WIDTH, HEIGHT, command)
  await program.until((text) => panelsLive(text) === 5, WITHIN_MS)
  const pids = tree(program.child.pid!)
  const named = (name: string): number => pids.find((pid) => nameOf(pid) === name)!
  return { row, program, heapFile, screen: named('probetop'), engine: named('probetop-engine') }
}

const drill = async (
  watched: readonly Watched[],
  load: DrillLoad,
  rounds: number,
  say: (text: string) => void,
): Promise<Figure[]> => {
  const figures: Figure[] = []
  const note = (row: string, name: string, value: number): void =>
    void figures.push({ part: 'drills', row, name, values: [value] })
  const readings = watched.map((): { round: number; held: Record<string, number> }[] => [])
  const check = async (round: number): Promise<void> => {
    for (const [index, { row, screen, engine, heapFile }] of watched.entries()) {
      const held = await holdings(screen, engine, heapFile)
      readings[index]!.push({ round, held })
      for (const [name, value] of Object.entries(held)) note(`${row}, ${round} rounds`, name, value)
      say(
        `drills: ${round} of ${rounds}, ${row}: ${Object.entries(held)
          .map(([name, value]) => `${name} ${number(value)}`)
          .join(', ')}`,
      )
    }
  }
  const { program, engine } = watched[0]!
  await once(program, load.target(0)) // what is made once and stays
  const before = await keptObjects(engine)
  await check(0)
  for (let round = 1; round <= rounds; round++) {
    const target = load.target(round)
    await once(program, target, MODES[round % MODES.length]).catch((error: Error) => {
      throw new Error(`round ${round}, ${target.name} ${target.pid} ${target.ended() ?? 'is there'}: ${error.message}`)
    })
    if (round % Math.ceil(rounds / CHECKS) === 0 || round === rounds) await check(round)
  }
  const after = await keptObjects(engine)
  for (const [index, { row }] of rounds < ENOUGH ? [] : watched.entries()) {
    const late = readings[index]!.filter(({ round }) => round >= rounds / 2)
    for (const name of Object.keys(late[0]!.held))
      note(`${row}, ${SLOPE}`, name, slope(late.map(({ round, held }) => [round / 100, held[name]!])))
  }
  note(DRILLED, LEFT, [...before, ...after].filter((id) => !before.includes(id) || !after.includes(id)).length)
  return figures
}

/** In by a process, its stacks and one of its threads, each seen to be there, and out to all. */
const once = async (program: Program, { name, pid }: Target, mode = MODES[0]!): Promise<void> => {
  const type = (keys: string): void => void program.child.stdin.write(keys)
  const until = (test: (text: string) => boolean): Promise<void> => program.until(test, WITHIN_MS)
  const own = `all > ${name} ${pid}`
  type(`/${name}\r`)
  await until((text) => / 1\/\d+ /.test(text) && new RegExp(` ${pid} ${name}`).test(text))
  type('\r')
  await until((text) => pathOf(text) === own)
  type('s')
  for (const shown of MODES.slice(0, MODES.indexOf(mode) + 1)) {
    if (shown !== MODES[0]) type('m')
    await until((text) => text.includes(`╭ stacks ${shown}`))
  }
  await until((text) => / (live|quiet|lost \S+) [╮┬]/.test(text))
  type('\x1b')
  await until((text) => /pid \d+ .* threads/.test(text))
  type('7')
  await until((text) => /7 threads/.test(text) && new RegExp(`\\d+ +${pid} ${name} `).test(text))
  type('\r')
  await until((text) => pathOf(text).startsWith(`${own} > thread `))
  // each seen to have been taken: what follows it at once would be a key with Alt
  type('\x1b')
  await until((text) => pathOf(text) === own && /7 threads/.test(text))
  type('\x1b')
  await until((text) => pathOf(text) === own && /pid \d+ .* threads/.test(text))
  type('\x1b')
  await until((text) => pathOf(text) === '' && panelsLive(text) === 5)
}

const panelsLive = (text: string): number => text.match(/ (live|quiet|lost \S+) [╮┬]/g)?.length ?? 0

/** The screen's path of selections; empty when it shows all. */
const pathOf = (text: string): string => /\ball( > .*?)(?:  |$)/m.exec(text)?.[0].trim() ?? ''

/** Of the straight line that fits best. */
const slope = (points: readonly (readonly [x: number, y: number])[]): number => {
  const mean = (axis: 0 | 1): number => points.reduce((sum, point) => sum + point[axis], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  return (
    points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) /
    points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
  )
}
