// How the engine's work grows: with threads, with TCP sessions, and with the number of CPUs whose counters are merged.
// The probes run here, in this process, read at 1 s as the engine does; measured are reading, decoding and encoding.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { startDescribed } from '../../src/engine/described.ts'
import { DESCRIBED } from '../../src/engine/probes/registry.ts'
import { createEncoder, PIPED_KEY_EVERY } from '../../src/stream/delta.ts'
import { until } from '../helpers/programs.ts'
import type { RunningProbe } from '../../src/engine/base/probe.ts'
import { REGISTRY } from '../../src/engine/own-probes.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import type { OwnProbeId } from '../../src/stream/probe-ids.ts'
import { compiled, loopsPath, probeContext, sleepMs } from '../helpers/workload.ts'
import type { Figure } from './figures.ts'

const PROBES = ['sched', 'block', 'tcp', 'syscalls'] as const
/** What chains of all are shown with: not of the panels at the start. */
const BESIDE = ['waits', 'processes'] as const
type Measured = (typeof PROBES | typeof BESIDE)[number]
/** The first readings compile the code and find owners. */
const WARM_UP = 2
const HOLD_MS = 600_000

interface Population {
  row: string
  commands: string[][]
}

const threads = (count: number, kind = 'threads'): string[] => [loopsPath(), kind, `${count}`, `${HOLD_MS}`]
/** Both ends of a connection are here, and each is a session. */
const sessions = (count: number): string[] => [compiled('net'), 'sessions', `${count / 2}`, `${HOLD_MS}`]

const populations = (): Population[] => [
  { row: '10 threads', commands: [threads(10)] },
  { row: '1,000 threads', commands: [threads(1000)] },
  { row: '8,000 threads', commands: [threads(8000)] },
  { row: '10,000 threads', commands: [threads(10_000)] },
  { row: '10,000 threads, each awake every interval', commands: [threads(10_000, 'wakers')] },
  { row: '10 sessions', commands: [sessions(10)] },
  { row: '1,000 sessions', commands: [sessions(1000)] },
  { row: '10,000 sessions', commands: [sessions(10_000)] },
  { row: '10,000 threads, 5,000 sessions', commands: [threads(10_000), sessions(5000)] },
]

export const growthFigures = async (intervals: number, say: (text: string) => void): Promise<Figure[]> => {
  const figures: Figure[] = []
  for (const { row, commands } of populations()) {
    say(`growth: ${row}`)
    const children = await Promise.all(commands.map(populate))
    const encode = createEncoder(PIPED_KEY_EVERY)
    const probes = await Promise.all(
      [...PROBES, ...BESIDE].map(async (probe) => ({ probe, running: await started(probe) })),
    )
    await until(() => probes.every(({ running }) => running.ready?.() !== false))
    try {
      for (let i = 0; i < WARM_UP + intervals; i++) {
        await sleepMs(1000)
        const values = readAll(probes, encode)
        if (i < WARM_UP) continue
        for (const [name, value] of values) {
          const figure = figures.find((one) => one.row === row && one.name === name)
          if (figure) figure.values.push(value)
          else figures.push({ part: 'growth', row, name, values: [value] })
        }
      }
    } finally {
      for (const { running } of probes) await running.close()
      await Promise.all(children.map(end))
    }
  }
  return figures
}

const started = async (probe: Measured): Promise<RunningProbe> => {
  const described = DESCRIBED.find(({ spec }) => spec.id === probe)
  const start = described ? startDescribed(described) : REGISTRY[probe as OwnProbeId]
  const running = start(probeContext) as RunningProbe
  await until(() => running.ready!())
  return running
}

/** One interval: [figure, value]. */
const readAll = (
  probes: readonly { probe: Measured; running: RunningProbe }[],
  encode: (message: Message) => string,
): [string, number][] => {
  let bytes = 0
  const took = probes.map(({ probe, running }): [string, number] => {
    const began = performance.now()
    const reading = running.read()
    const { length } = encode({ type: 'sample', probe, atMs: Date.now(), intervalMs: 1000, ...reading } as Message)
    if (PROBES.some((one) => one === probe)) bytes += length
    return [`${probe} ms`, performance.now() - began]
  })
  const [panels, chains] = [took.slice(0, PROBES.length), took.slice(PROBES.length)]
  const sumOf = (some: readonly [string, number][]): number => some.reduce((sum, [, ms]) => sum + ms, 0)
  return [
    ['ms an interval', sumOf(panels)],
    ...panels,
    ['KB an interval', bytes / 1024],
    ['chains of all, ms', sumOf(chains)],
  ]
}

/** Resolves when the program says that all of it is there. */
const populate = async ([command, ...words]: string[]): Promise<ChildProcess> => {
  const child = spawn(command!, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
