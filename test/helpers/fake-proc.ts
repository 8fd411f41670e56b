// A made-up machine as /proc, /sys and /dev/kmsg have it: two CPUs that are idle for an interval of five seconds, plenty
// of memory, nothing on the network, a shell that sleeps. What is said of it is changed before the second reading.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { machineIn } from '../../src/engine/probes/machine/probe.ts'
import { diskLines, disksBetween } from '../../src/engine/probes/disks/decode.ts'
import { DISKS } from '../../src/engine/probes/disks/spec.ts'
import { MACHINE } from '../../src/engine/probes/machine/spec.ts'
import { createStore, type Store } from '../../src/model/store.ts'
import { tableOf } from '../../src/stream/spec.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import type { DescribedId } from '../../src/stream/probe-ids.ts'
import { temporaryFolder } from './temporary.ts'

/** Between the two readings. */
export const SECONDS = 5
/** Of the kernel's clock of CPU time, in that time. */
export const TICKS = SECONDS * 100

export interface FakeMachine {
  /** Of the last minute. */
  load: number
  /** Of each CPU, in ticks: user nice system idle iowait irq softirq steal. */
  cpus: number[][]
  running: number
  blocked: number
  /** By name, in kB. */
  meminfo: Record<string, number>
  /** Counted meanwhile, by name. */
  vmstat: Record<string, number>
  tcp: Record<string, number>
  nics: Record<string, NicCounts>
  /** In Mbit/s; -1: it does not say. */
  speeds: Record<string, number>
  tasks: FakeTask[]
  /** Its last line: how bad, and what; undefined: there is none to read. */
  log: [severity: number, text: string] | undefined
  /** Meanwhile, by place behind the name in /proc/diskstats. */
  disk: Record<number, number>
}

type NicCounts = Partial<Record<'rxBytes' | 'txBytes' | 'rxErrors' | 'rxDrops' | 'txErrors' | 'txDrops', number>>

interface FakeTask {
  pid: number
  comm: string
  state: string
  ticks?: number
  waitNs?: number
  residentPages?: number
}

const idle = [0, 0, 0, TICKS, 0, 0, 0, 0]

const quiet = (): FakeMachine => ({
  load: 0.2,
  cpus: [idle, idle],
  running: 1,
  blocked: 0,
  meminfo: { MemTotal: 1_000_000, MemFree: 500_000, MemAvailable: 800_000, SwapTotal: 100_000, SwapFree: 100_000 },
  vmstat: { pswpin: 0, pswpout: 0 },
  tcp: {},
  nics: { eth0: {} },
  speeds: { eth0: 1000 },
  tasks: [{ pid: 7, comm: 'sh', state: 'S' }],
  log: [6, 'random: crng init done'],
  disk: {},
})

/** What the probes of the 60 seconds checklist make of it. */
export const fakeMachine = (t: ExecutionContext, change: Partial<FakeMachine>): Store => {
  const folder = temporaryFolder(t)
  const before = quiet()
  const now = { ...before, ...change }
  writeFiles(folder, { ...before, log: now.log && before.log, cpus: before.cpus.map((cpu) => cpu.map(() => 0)) })
  const probe = machineIn({ proc: join(folder, 'proc'), sys: join(folder, 'sys'), log: join(folder, 'kmsg') })
  writeFiles(folder, now)
  const machine = probe.read()
  void probe.close()
  const disks = disksBetween()
  const facts = { kind: 'disk', below: '', scheduler: 'none', most: 64, writebackLimit: '' }
  const rows = [{}, now.disk].map((counts) =>
    disks(
      diskLines(diskstats(counts)),
      () => facts,
      () => '/',
    ),
  )[1]!
  return storeOf(now, machine as TablesData, {
    tables: { disks: tableOf(DISKS.tables.disks, rows) },
    hists: {},
    totals: {},
  })
}

const storeOf = ({ load, cpus }: FakeMachine, machine: TablesData, disks: TablesData): Store => {
  const store = createStore()
  const [atMs, intervalMs] = [10_000, SECONDS * 1000]
  const sample = (probe: string, data: TablesData): Message =>
    ({ type: 'sample', probe: probe as DescribedId, atMs, intervalMs, lost: 0, data }) as Message
  for (const spec of [MACHINE, DISKS]) {
    store.add({ type: 'probe', atMs: 1, spec })
    store.add({ type: 'status', atMs: 1, probe: spec.id as DescribedId, status: { is: 'live' } })
  }
  const stolenMs = cpus.reduce((sum, cpu) => sum + cpu[7]!, 0) * 10
  const host = { type: 'host', intervalMs, uptimeS: 100, load: [load, 1, 1], cpus: cpus.length } as const
  store.add({ ...host, atMs: atMs - intervalMs, stolenMs: 0 } as Message)
  store.add({ ...host, atMs, stolenMs } as Message)
  store.add(sample('machine', machine))
  store.add(sample('disks', disks))
  return store
}

const writeFiles = (folder: string, machine: FakeMachine): void => {
  const { cpus, nics, speeds, tasks } = machine
  const pairs = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([name, value]) => `${name} ${value}\n`)
      .join('')
  const all = cpus[0]!.map((_, at) => cpus.reduce((sum, cpu) => sum + cpu[at]!, 0))
  const files: Record<string, string> = {
    'proc/stat': `cpu  ${all.join(' ')} 0 0\n${cpus.map((cpu, i) => `cpu${i} ${cpu.join(' ')} 0 0\n`).join('')}intr 0\nctxt 0\nprocesses 0\nprocs_running ${machine.running}\nprocs_blocked ${machine.blocked}\n`,
    'proc/meminfo': Object.entries(machine.meminfo)
      .map(([name, value]) => `${name}:   ${value} kB\n`)
      .join(''),
    'proc/vmstat': pairs(machine.vmstat),
    'proc/net/snmp': `Tcp: ${TCP.join(' ')}\nTcp: ${TCP.map((name) => machine.tcp[name] ?? 0).join(' ')}\n`,
    'proc/net/dev': `Inter-|   Receive\n face |bytes\n${Object.entries(nics)
      .map(([name, counts]) => `${name}: ${NIC.map((field) => counts[field as keyof NicCounts] ?? 0).join(' ')}\n`)
      .join('')}`,
    ...(machine.log && {
      kmsg: `${machine.log[0]},1,${Math.round(Number(process.hrtime.bigint()) / 1e3)},-;${machine.log[1]}\n`,
    }),
    ...Object.fromEntries(
      Object.entries(speeds).flatMap(([name, speed]) => [
        [`sys/class/net/${name}/speed`, String(speed)],
        [`sys/class/net/${name}/duplex`, 'full'],
      ]),
    ),
    ...Object.fromEntries(
      tasks.flatMap((task) => [
        [`proc/${task.pid}/stat`, taskStat(task)],
        [`proc/${task.pid}/schedstat`, `0 ${task.waitNs ?? 0} 0`],
      ]),
    ),
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

const TCP =
  'ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts'.split(' ')
const NIC = 'rxBytes - rxErrors rxDrops - - - - txBytes - txErrors txDrops - - - -'.split(' ')

/** Places of proc(5), from the third on: utime, num_threads, starttime, rss. */
const taskStat = ({ pid, comm, state, ticks = 0, residentPages = 100 }: FakeTask): string => {
  const fields: (string | number)[] = Array.from({ length: 50 }, () => 0)
  Object.assign(fields, { 0: state, 11: ticks, 17: 1, 19: 5, 21: residentPages })
  return `${pid} (${comm}) ${fields.join(' ')}`
}

const diskstats = (counts: Record<number, number>): string =>
  ` 8 0 sda ${Array.from({ length: 17 }, (_, i) => counts[i + 1] ?? 0).join(' ')}\n`
