// The loads that probetop is put under: each of a known amount, as a program of a name of its own, so that its sums are told
// apart from those of all the others at once.
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { sum } from 'd3-array'
import { disksOf } from '../../src/model/block.ts'
import { schedOf } from '../../src/model/sched.ts'
import { syscallsOf } from '../../src/model/syscalls.ts'
import { thisHost } from '../../src/setup/packages.mjs'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import type { SchedProc } from '../../src/stream/sched-types.ts'
import type { Sample } from '../../src/stream/stream-types.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import { compiled } from '../helpers/workload.ts'
import { loopDevice } from './loop-device.ts'

export interface Load {
  row: string
  /** So many a second; of what is there at once, so many. Absent: as many as there can be. */
  wanted?: number
  isAtOnce?: true
  /** Does it; gives how many there were. */
  work(): Promise<number>
  /** As many as the samples have; undefined where they have nothing of the kind. */
  shown(samples: readonly Sample[]): number | undefined
  /** Of another load, where that runs as well, this part is in the same sum. */
  also?: { row: string; part: number }
}

export interface Pressure {
  row: string
  loads: readonly Load[]
}

/** Those that run, for nobody's Ctrl-C reaches them. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const { pid } of running) process.kill(-pid!, 'SIGKILL')
})

interface Ran {
  out: string
  err: string
}

/** `ready`: hears the number of the process once that has said something. */
const run = (
  file: string,
  words: readonly (string | number)[],
  ready: (pid: number) => void = () => {},
): Promise<Ran> =>
  new Promise((resolve, reject) => {
    // a session of its own, as a real load would have
    const child = spawn(file, words.map(String), { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    running.add(child)
    let [out, err] = ['', '']
    child.stdout.once('data', () => ready(child.pid!))
    child.stdout.on('data', (text) => (out += text))
    child.stderr.on('data', (text) => (err += text))
    child.once('error', reject)
    child.once('close', (code) => {
      running.delete(child)
      if (code === 0) resolve({ out, err })
      else reject(new Error(`${file} ${words[0]} ended with ${code}: ${err.trim()}`))
    })
  })

const loopsAs = (name: string): string => compiled('loops', 'test/bench', ['-pthread'], name)
const onEachCpu = async (one: (cpu: number) => Promise<number>): Promise<number> =>
  sum(await Promise.all(cpus().map((_, cpu) => one(cpu))))

export const of = <P extends ProbeId>(samples: readonly Sample[], probe: P): Sample<P>[] =>
  samples.filter((sample): sample is Sample<P> => sample.probe === probe)
const procsOf = (samples: readonly Sample[], name: string): SchedProc[][] =>
  of(samples, 'sched').map(({ data }) => schedOf(data).procs.filter(({ comm }) => comm === name))
const tcpOf = (samples: readonly Sample[]): TablesData[] =>
  of(samples, 'tcp' as ProbeId).map(({ data }) => data as TablesData)
const most = (counts: readonly number[]): number | undefined => (counts.length > 0 ? Math.max(...counts) : undefined)

const SESSIONS = 'sessions, there at once'

const loads = (device: string, quick: boolean): Load[] => {
  const scaled = (count: number): number => Math.round(count * (quick ? 0.2 : 1))
  const threads = scaled(30_000)
  const sessions = scaled(20_000)
  return [
    {
      row: 'fio, 4 KiB direct reads',
      async work() {
        const words = ['--name=p', `--filename=${device}`, '--rw=randread', '--bs=4k', '--direct=1', '--ioengine=psync']
        const many = ['--numjobs=4', '--group_reporting', `--io_size=${scaled(100_000) * 4096}`, '--norandommap']
        const { out } = await run('fio', [...words, ...many, '--output-format=json'])
        const { jobs } = JSON.parse(out) as { jobs: { read: { total_ios: number } }[] }
        return sum(jobs, ({ read }) => read.total_ios)
      },
      shown: (samples) =>
        sum(
          of(samples, 'block').flatMap(({ data }) => disksOf(data).filter(({ name }) => device.endsWith(name))),
          ({ total }) => total.count,
        ),
    },
    {
      row: 'system calls, a loop on each CPU',
      work: () =>
        onEachCpu(async () => {
          await run(loopsAs('callers'), ['getppid', scaled(10_000_000)])
          return scaled(10_000_000)
        }),
      shown: (samples) =>
        sum(
          of(samples, 'syscalls').flatMap(({ data }) => syscallsOf(data).procs),
          ({ comm, count }) => (comm === 'callers' ? count : 0),
        ),
    },
    {
      row: 'switches, a ping-pong pair on each CPU',
      wanted: 800_000,
      work: () =>
        onEachCpu(async (cpu) => Number((await run(loopsAs('pingers'), ['pingpong', scaled(1_000_000), cpu])).err)),
      shown: (samples) => sum(procsOf(samples, 'pingers').flat(), ({ switches }) => switches),
    },
    {
      row: 'connections over loopback, from each CPU',
      wanted: 30_000,
      work: () =>
        onEachCpu(async () => {
          await run(compiled('net', 'test/bench', ['-pthread'], 'connectors'), ['connections', scaled(10_000), 10])
          return 10 * scaled(10_000)
        }),
      shown: (samples) => sum(tcpOf(samples), ({ totals }) => totals['opened'] ?? 0),
      also: { row: SESSIONS, part: 0.5 },
    },
    {
      row: 'threads, there at once',
      isAtOnce: true,
      wanted: threads,
      async work() {
        let there = 0
        await run(loopsAs('wakers'), ['wakers', threads, 8000], (pid) => {
          there = Number(/^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
        })
        return there
      },
      shown: (samples) => most(procsOf(samples, 'wakers').map((procs) => sum(procs, (proc) => proc.threads))),
    },
    {
      row: SESSIONS,
      isAtOnce: true,
      wanted: sessions,
      async work() {
        // of two processes: each session has a descriptor, and 20,000 are often all that one may have
        const program = compiled('net', 'test/bench', ['-pthread'], 'holders')
        await Promise.all([1, 2].map(() => run(program, ['sessions', sessions / 4, 8000])))
        return sessions
      },
      shown: (samples) =>
        most(
          tcpOf(samples).flatMap(({ tables }) => {
            const { columns = [], rows = [] } = tables['sessions'] ?? {}
            const comm = columns.indexOf('comm')
            return rows.length > 0 ? [rows.filter((row) => row[comm] === 'holders').length] : []
          }),
        ),
    },
    {
      row: 'forks, from each CPU',
      wanted: 5000,
      work: () =>
        onEachCpu(async () => {
          await run(loopsAs('forkers'), ['forks', scaled(15_000)])
          return scaled(15_000) + 1 // ends, too
        }),
      shown: (samples) => sum(procsOf(samples, 'forkers').flat(), ({ exited }) => (exited ? 1 : 0)),
    },
  ]
}

/** One load after the other and then all at once, with the disk that some of them are for. `rows`: those whose name has one
 * of these; all where there is none. */
export const underPressure = async (
  { quick, rows }: { quick: boolean; rows: readonly string[] },
  each: (pressure: Pressure) => Promise<void>,
): Promise<void> => {
  if (!thisHost().has('fio')) throw new Error('not installed: fio')
  const { device, remove } = loopDevice()
  try {
    const all = loads(device, quick)
    const pressures = [...all.map((load) => ({ row: load.row, loads: [load] })), { row: 'all at once', loads: all }]
    for (const pressure of pressures)
      if (rows.length === 0 || rows.some((text) => pressure.row.includes(text))) await each(pressure)
  } finally {
    remove()
  }
}
