// Lines of /proc/stat, /proc/net/dev and /proc/PID/stat made into numbers. No system calls here.
import { commIn, fieldsOf, TICK_MS } from '../../../source/proc-stat.ts'
import { CPU_TIMES } from './spec.ts'

const TICK_NS = TICK_MS * 1e6

const TIMES = CPU_TIMES.map(({ id }) => id)
type CpuTimes = Record<(typeof TIMES)[number], number>

const timesOf = (ns: (name: keyof CpuTimes, index: number) => number): CpuTimes =>
  Object.fromEntries(TIMES.map((name, index) => [name, ns(name, index)])) as CpuTimes

interface StatFile {
  all: CpuTimes
  /** By number; those online. */
  cpus: Map<number, CpuTimes>
  interrupts: number
  switches: number
  forks: number
  running: number
  blocked: number
}

const cpuTimes = (words: readonly string[]): CpuTimes => {
  const times = timesOf((_, index) => (Number(words[index]) || 0) * TICK_NS)
  return { ...times, userNs: times.userNs - times.guestNs, niceNs: times.niceNs - times.guestNiceNs }
}

export const statFile = (text: string): StatFile => {
  const cpus = new Map<number, CpuTimes>()
  let all = cpuTimes([])
  const counts = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [name = '', ...words] = line.split(/\s+/, 12)
    if (name === 'cpu') all = cpuTimes(words)
    else if (/^cpu\d+$/.test(name)) cpus.set(Number(name.slice(3)), cpuTimes(words))
    else counts.set(name, Number(words[0]) || 0)
  }
  const count = (name: string): number => counts.get(name) ?? 0
  return {
    all,
    cpus,
    interrupts: count('intr'),
    switches: count('ctxt'),
    forks: count('processes'),
    running: count('procs_running'),
    blocked: count('procs_blocked'),
  }
}

/** Counters that fall began anew: idle and iowait do that by themselves. */
export const timesBetween = (now: CpuTimes, before: CpuTimes | undefined): CpuTimes =>
  timesOf((name) => (before ? Math.max(0, now[name] - before[name]) : 0))

const NIC = ['rxBytes', 'rxPackets', 'rxErrors', 'rxDrops', '', '', 'rxCompressed', 'rxMulticast'] as const
const NIC_OUT = ['txBytes', 'txPackets', 'txErrors', 'txDrops', '', '', '', 'txCompressed'] as const
export type NicCounts = Record<Exclude<(typeof NIC)[number] | (typeof NIC_OUT)[number], ''>, number>

/** By name of the interface, which may have colons in it. */
export const netDevice = (text: string): Map<string, NicCounts> => {
  const nics = new Map<string, NicCounts>()
  for (const line of text.split('\n')) {
    const found = /^\s*(\S+):\s*((?:\d+\s*){16})$/.exec(line)
    if (!found) continue
    const numbers = found[2]!.trim().split(/\s+/).map(Number)
    const named = [...NIC, ...NIC_OUT].map((name, index): [string, number] => [name, numbers[index]!])
    nics.set(found[1]!, Object.fromEntries(named.filter(([name]) => name !== '')) as NicCounts)
  }
  return nics
}

/** A process as /proc/PID/stat has it. */
export interface TaskStat {
  comm: string
  state: string
  userNs: number
  systemNs: number
  guestNs: number
  threads: number
  startedTicks: number
  residentPages: number
  cpu: number
}

/** Fields from the third of proc(5) on. */
const AT = { state: 0, user: 11, system: 12, threads: 17, started: 19, resident: 21, cpu: 36, guest: 40 }

export const taskStat = (stat: string): TaskStat => {
  const fields = fieldsOf(stat)
  const number = (at: number): number => Number(fields[at]) || 0
  return {
    comm: commIn(stat),
    state: fields[AT.state] ?? '?',
    userNs: (number(AT.user) - number(AT.guest)) * TICK_NS,
    systemNs: number(AT.system) * TICK_NS,
    guestNs: number(AT.guest) * TICK_NS,
    threads: number(AT.threads),
    startedTicks: number(AT.started),
    residentPages: number(AT.resident),
    cpu: number(AT.cpu),
  }
}
