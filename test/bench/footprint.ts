// Memory and CPU of whole trees of processes, with nothing else going on and under load: probetop as a user has it, its
// peers, and other full-screen monitors where they are installed. Over many seconds: the first ones,
// with starting up, and later ones, when V8 has compiled what runs often.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sleepMs } from '../helpers/workload.ts'
import type { Figure } from './figures.ts'
import { BUSY, NO_LOAD, startLoad } from './load.ts'
import { cpuMs, nameOf, pssKib, tree } from './processes.ts'
import { OURS_WHOLE, startInTerminal } from './program.ts'
import { absent, OURS, start, TOOLS } from './tools.ts'
import type { Running } from './tools.ts'

const WIDTH = 120
const HEIGHT = 36
/** From the launch on, in seconds. */
const WHEN = { first: 30, settled: 60 }
const WHEN_QUICK = { first: 3, settled: 5 }

const firstName = ({ first } = WHEN): string => `CPU %, first ${first} s`
export const settledName = ({ settled } = WHEN): string => `CPU %, from ${settled} s on`
export const memoryName = ({ settled } = WHEN): string => `PSS MB after ${settled} s`

interface Monitor {
  name: string
  absent: string[]
  start(): Promise<Running & { bytes?(): number }>
}

const inTerminal = (name: string, command: readonly string[], ownNode = false): Monitor => ({
  name,
  absent: absent({ name, commands: [command] }),
  start: async () => {
    const folder = ownNode ? folderWithNode() : undefined
    const env = folder === undefined ? {} : { PATH: `${folder}:${process.env['PATH']}` }
    const program = startInTerminal(WIDTH, HEIGHT, command, env)
    await sleepMs(500)
    return {
      pids: tree(program.child.pid!).slice(1, 2),
      async stop() {
        await program.quit()
        if (folder !== undefined) rmSync(folder, { recursive: true })
      },
      bytes: program.bytes,
    }
  },
})

/** A node of its own for what is measured: with this one, which does the measuring, it would share pages, and they would be
 * counted by half. */
const folderWithNode = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'probetop-bench-'))
  copyFileSync(process.execPath, join(folder, 'node'))
  return folder
}

export const MONITORS: readonly Monitor[] = [
  inTerminal(OURS, OURS_WHOLE, true),
  ...TOOLS.filter(({ name }) => name.startsWith('five')).map((tool) => ({
    name: tool.name,
    absent: absent(tool),
    start: () => start(tool),
  })),
  inTerminal('btop', ['btop', '--utf-force']),
  inTerminal('htop', ['htop', '--delay', '10']),
]

interface FootprintOptions {
  rounds: number
  seconds: number
  quick: boolean
  /** Monitors wanted; all when empty. */
  only: readonly string[]
  /** Hears what is going on. */
  say(text: string): void
}

export const footprints = async (
  part: 'idle' | 'loaded',
  { rounds, seconds, quick, only, say }: FootprintOptions,
): Promise<Figure[]> => {
  const wanted = MONITORS.filter(({ name }) => only.length === 0 || only.includes(name))
  const figures: Figure[] = []
  const note = (row: string, name: string, value: number): void => {
    const figure = figures.find((one) => one.row === row && one.name === name)
    if (figure) figure.values.push(value)
    else figures.push({ part, row, name, values: [value] })
  }
  const miss = (row: string, why: string): void =>
    void figures.push({ part, row, name: memoryName(), values: [], missing: why })
  for (let round = 1; round <= rounds; round++) {
    for (const monitor of wanted) {
      const why =
        monitor.absent.length > 0
          ? `not installed: ${monitor.absent.join(' ')}`
          : part === 'loaded'
            ? NO_LOAD
            : undefined
      if (why) {
        if (round === 1) miss(monitor.name, why)
        continue
      }
      say(`${part}, round ${round} of ${rounds}: ${monitor.name}`)
      const load = part === 'loaded' ? startLoad(BUSY) : undefined
      try {
        const launchedMs = performance.now()
        const running = await monitor.start()
        try {
          for (const [row, name, value] of await measure(monitor.name, running, {
            ...(quick ? WHEN_QUICK : WHEN),
            launchedMs,
            seconds,
          }))
            note(row, name, value)
        } finally {
          await running.stop()
        }
      } catch (error) {
        miss(monitor.name, (error as Error).message)
      } finally {
        await load?.stop()
      }
    }
  }
  return figures
}

const measure = async (
  name: string,
  { pids, bytes }: Running & { bytes?(): number },
  when: typeof WHEN & { launchedMs: number; seconds: number },
): Promise<[row: string, name: string, value: number][]> => {
  const until = (second: number): Promise<void> => sleepMs(when.launchedMs + second * 1000 - performance.now())
  await until(when.first)
  const first = new Map(pids.flatMap(tree).map((pid) => [pid, (cpuMs(pid) / (when.first * 1000)) * 100]))
  await until(when.settled)
  const all = pids.flatMap(tree)
  const pssOf = (): number[] => all.map((pid) => pssKib(pid) / 1024)
  const pss = pssOf()
  const before = all.map(cpuMs)
  const bytesBefore = bytes?.() ?? 0
  const beganMs = performance.now()
  await sleepMs(when.seconds * 1000)
  const tookMs = performance.now() - beganMs
  const cpu = all.map((pid, i) => ((cpuMs(pid) - before[i]!) / tookMs) * 100)
  const later = pssOf()
  const laterName = `${when.seconds} s later`
  const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)
  return [
    [name, memoryName(when), sum(pss)],
    [name, laterName, sum(later)],
    [name, firstName(when), sum(first.values())],
    [name, settledName(when), sum(cpu)],
    ...(bytes
      ? [[name, 'KB/s to the terminal', (bytes() - bytesBefore) / 1024 / (tookMs / 1000)] as [string, string, number]]
      : []),
    ...(name === OURS
      ? all.flatMap((pid, i): [string, string, number][] => {
          const row = `  of it ${nameOf(pid)}`
          return [
            [row, memoryName(when), pss[i]!],
            [row, laterName, later[i]!],
            [row, firstName(when), first.get(pid) ?? 0],
            [row, settledName(when), cpu[i]!],
          ]
        })
      : []),
  ]
}
