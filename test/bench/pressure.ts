// What becomes of probetop under pressure: which tiers it goes on in, what it costs as CPU time of the whole machine (the
// same work without and with it, not what the kernel's statistics say of programs), how far its sums are from what the
// work says of itself, the longest gap between intervals, and panels that went without a figure.
import { schedOf } from '../../src/model/sched.ts'
import { spawn, type ChildProcess } from 'node:child_process'
import { disksOf } from '../../src/model/block.ts'
import { readFileSync } from 'node:fs'
import { liveSource } from '../../src/source/live.ts'
import { ENGINE_FLAGS } from '../../src/source/v8-flags.ts'
import { syscallsOf } from '../../src/model/syscalls.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import type { Message, Sample, Source } from '../../src/stream/stream-types.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { thisHost } from '../../src/setup/packages.mjs'
import { compiled, loopsPath, sleepMs } from '../helpers/workload.ts'
import type { Figure } from './figures.ts'
import { loopDevice } from './loop-device.ts'
import { ENGINE } from './program.ts'
import { table } from './tables.ts'

const PART = 'pressure'
/** The probes that are looked at. */
export const PRESSED = ['sched', 'block', 'tcp', 'syscalls'] as const
const SETTLE_MS = 2500

export interface Pressure {
  row: string
  /** The work, of a known amount; gives that amount. */
  work(): Promise<number>
  /** The same amount as the samples have it; absent: there is nothing to compare. */
  shown?(samples: readonly Sample[]): number
}

const of = <P extends ProbeId>(samples: readonly Sample[], probe: P): Sample<P>[] =>
  samples.filter((sample): sample is Sample<P> => sample.probe === probe)
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Those that run, for nobody's Ctrl-C reaches them. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const { pid } of running) process.kill(-pid!, 'SIGKILL')
})

const run = (file: string, ...words: (string | number)[]): Promise<string> =>
  new Promise((resolve, reject) => {
    // a session of its own, as a real load would have
    const child = spawn(file, words.map(String), { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    running.add(child)
    let out = ''
    let why = ''
    child.stdout.on('data', (text) => (out += text))
    child.once('error', reject)
    child.stderr.on('data', (text) => (why = `${text}`.trim()))
    child.once('close', (code) => {
      running.delete(child)
      if (code === 0) resolve(out)
      else reject(new Error(`${file} ${words[0]} ended with ${code}: ${why}`))
    })
  })

const pressures = (device: string, quick: boolean): Pressure[] => {
  const size = quick ? 0.2 : 1
  const scaled = (count: number): number => Math.round(count * size)
  const calls = scaled(10_000_000)
  const trips = scaled(600_000)
  const connections = scaled(60_000)
  const single: Pressure[] = [
    {
      row: 'fio, 4 KiB direct reads',
      async work() {
        const words = ['--name=p', `--filename=${device}`, '--rw=randread', '--bs=4k', '--direct=1', '--ioengine=psync']
        const more = [
          '--numjobs=4',
          '--group_reporting',
          `--io_size=${scaled(100_000) * 4096}`,
          '--norandommap',
          '--output-format=json',
        ]
        const { jobs } = JSON.parse(await run('fio', ...words, ...more)) as { jobs: { read: { total_ios: number } }[] }
        return sum(jobs.map(({ read }) => read.total_ios))
      },
      shown: (samples) =>
        sum(
          of(samples, 'block').flatMap(({ data }) =>
            disksOf(data)
              .filter(({ name }) => device.endsWith(name))
              .map(({ total }) => total.count),
          ),
        ),
    },
    {
      row: 'system calls, a loop on each CPU',
      async work() {
        await Promise.all([0, 1].map(() => run(loopsPath(), 'getppid', calls)))
        return 2 * calls
      },
      shown: (samples) =>
        sum(
          of(samples, 'syscalls').flatMap(({ data }) =>
            syscallsOf(data)
              .procs.filter(({ comm }) => comm === 'loops')
              .map(({ count }) => count),
          ),
        ),
    },
    {
      row: 'switches, pipe ping-pong',
      async work() {
        await run(loopsPath(), 'pingpong', trips)
        return 2 * trips
      },
      shown: (samples) =>
        sum(
          of(samples, 'sched').flatMap(({ data }) =>
            schedOf(data)
              .procs.filter(({ comm }) => comm === 'loops')
              .map(({ switches }) => switches),
          ),
        ),
    },
    {
      row: 'connections over loopback',
      async work() {
        await run(compiled('net'), 'connections', connections / 10, 10)
        return connections
      },
      // the counters of other namespaces are not read in the counted tier
      shown: (samples) =>
        sum(of(samples, 'tcp' as ProbeId).map(({ data }) => (data as TablesData).totals['opened'] ?? 0)),
    },
    {
      row: `${quick ? '3,000' : '30,000'} threads`,
      async work() {
        await run(loopsPath(), 'wakers', scaled(quick ? 15_000 : 30_000), 8000)
        return NaN
      },
    },
    {
      row: `${quick ? '4,000' : '19,800'} sessions`,
      async work() {
        // two descriptors each, of the 20,000 that a process often may have
        await run(compiled('net'), 'sessions', quick ? 2000 : 9900, 8000)
        return NaN
      },
    },
    {
      row: 'fork storm',
      async work() {
        await run('stress-ng', '--fork', 2, '--fork-ops', scaled(12_000), '--timeout', '60')
        return NaN
      },
    },
  ]
  return [
    ...single,
    {
      row: 'all at once',
      async work() {
        await Promise.all(single.map(({ work }) => work()))
        return NaN
      },
    },
  ]
}

/** CPU time of all CPUs that was not idle, and what was stolen from them, ms. */
const busyMs = (): { busy: number; stolen: number } => {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, stolen = 0] = readFileSync('/proc/stat', 'utf8')
    .split('\n')[0]!
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return { busy: (user + nice + system + irq + softirq) * 10, stolen: stolen * 10 }
}

/** As the program itself starts it: behind its keeper, in a group of the scheduler's own. */
const startEngine = (): { source: Source; messages: Message[] } => {
  const source = liveSource({
    engine: [process.execPath, ...ENGINE_FLAGS, ENGINE],
    probes: PRESSED as readonly string[] as ProbeId[],
    intervalMs: 1000,
    maxOverheadPercent: 5,
    fullFirst: true,
  })
  process.once('exit', () => void source.stop())
  const messages: Message[] = []
  source.start((message) => messages.push(message))
  return { source, messages }
}

interface Seen {
  cpuMs: number
  bareMs: number
  errorPercent?: number
  gapMs: number
  blank: number
  intervals: number
  tiers: string
}

const measure = async ({ work, shown }: Pressure): Promise<Seen> => {
  const bare = busyMs()
  await work()
  const bareMs = busyMs().busy - bare.busy
  const { source, messages } = startEngine()
  while (!messages.some(({ type }) => type === 'sample')) await sleepMs(50)
  await sleepMs(SETTLE_MS)
  const from = messages.length
  const before = busyMs()
  const amount = await work()
  const cpuMs = busyMs().busy - before.busy
  await sleepMs(SETTLE_MS)
  const since = messages.slice(from)
  await source.stop()
  const samples = since.flatMap((message) => (message.type === 'sample' ? [message as Sample] : []))
  const hosts = since.filter((message) => message.type === 'host')
  const seen = shown?.(samples)
  return {
    cpuMs,
    bareMs,
    ...(seen !== undefined && { errorPercent: (100 * (seen - amount)) / amount }),
    gapMs: Math.max(...hosts.map(({ intervalMs }) => intervalMs)),
    blank: hosts.length * PRESSED.length - samples.length,
    intervals: hosts.length,
    tiers: PRESSED.map((probe) => tiersOf(of(samples, probe as ProbeId), probe, messages)).join(', '),
  }
}

/** `sched full, counted`, in the order in which they were first seen. */
const tiersOf = (samples: readonly Sample[], probe: string, messages: readonly Message[]): string => {
  const seen: string[] = [...new Set(samples.map(({ tier }) => tier?.is ?? 'full'))]
  if (seen.length === 0) {
    const last = messages.findLast((message) => message.type === 'status' && message.probe === probe)
    seen.push(last?.type === 'status' ? `none (${Object.values(last.status).join(', ')})` : 'none')
  }
  return `${probe} ${seen.join(' → ')}`
}

/** One load after the other, with the disk that some of them are for. `rows`: those whose name has one of these; all where
 * there is none. */
export const underPressure = async (
  { quick, rows }: { quick: boolean; rows: readonly string[] },
  each: (pressure: Pressure) => Promise<void>,
): Promise<void> => {
  for (const name of ['fio', 'stress-ng'] as const) if (!thisHost().has(name)) throw new Error(`not installed: ${name}`)
  const { device, remove } = loopDevice()
  try {
    for (const pressure of pressures(device, quick))
      if (rows.length === 0 || rows.some((text) => pressure.row.includes(text))) await each(pressure)
  } finally {
    remove()
  }
}

export const pressureFigures = async (
  options: { quick: boolean; rows: readonly string[] },
  say: (text: string) => void,
): Promise<Figure[]> => {
  const tiers: [string, string][] = []
  const figures: Figure[] = []
  await underPressure(options, async (pressure) => {
    say(`pressure: ${pressure.row}`)
    const { cpuMs, bareMs, errorPercent, gapMs, blank, intervals, tiers: reached } = await measure(pressure)
    tiers.push([pressure.row, reached])
    const add = (name: string, value: number | undefined): void => {
      if (value !== undefined) figures.push({ part: PART, row: pressure.row, name, values: [value] })
    }
    add('CPU s without', bareMs / 1000)
    add('CPU s with', cpuMs / 1000)
    add('more, %', (100 * (cpuMs - bareMs)) / bareMs)
    add('error of the sum, %', errorPercent)
    add('longest interval, ms', gapMs)
    add('intervals', intervals)
    add('panels without a figure', blank)
  })
  console.log(`${table(['pressure', 'tiers'], tiers)}\n`)
  return figures
}
