// What each tool adds to a system call and to a context switch round trip: the same loop with nothing attached, with
// probetop's engine (all five probes), and with its peers; in turns, several times, medians of each.
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { median } from 'd3-array'
import { loopsPath, sleepMs } from '../helpers/workload.ts'
import { libbpfTool, thisHost } from '../../src/setup/packages.mjs'
import { ENGINE } from './program.ts'

/** Counting by (id, pid, comm), as one would ask bpftrace for it. */
const SYSCALL_SCRIPT = 'tracepoint:raw_syscalls:sys_enter { @[args->id, pid, comm] = count(); }'
const host = thisHost()
/** Distributions rename the libbpf-tools where bcc's have the same names; the plain name where there is none. */
const tool = (name: string, ...words: string[]): string[] => [libbpfTool(host, name) ?? name, ...words]
const FIVE = [
  tool('syscount'), tool('runqlat', '3600'), tool('offcputime', '3600'), tool('biolatency', '3600'), tool('tcpstates'),
]

interface Setting {
  name: string
  commands: readonly (readonly string[])[]
  /** Ready when it said something, or after this long. */
  settleMs: number
}

const SETTINGS: readonly Setting[] = [
  { name: 'bare', commands: [], settleMs: 0 },
  { name: 'probetop', commands: [[process.execPath, ENGINE, '--interval', '1000']], settleMs: 1500 },
  { name: 'syscount', commands: [tool('syscount')], settleMs: 2000 },
  { name: 'five libbpf-tools', commands: FIVE, settleMs: 2500 },
  { name: 'bpftrace by (id, pid, comm)', commands: [['bpftrace', '-e', SYSCALL_SCRIPT]], settleMs: 2500 },
]

const stopped = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGINT')
  })

const nsPerRound = (...words: string[]): number => Number(execFileSync('taskset', ['-c', '0', loopsPath(), ...words]))

export interface KernelCost {
  name: string
  missing?: string
  /** Medians in ns a round; `Spread` is half the distance between the quartiles. */
  getppidNs: number
  getppidSpreadNs: number
  roundTripNs: number
  roundTripSpreadNs: number
}

const spread = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return (sorted[Math.floor(sorted.length * 0.75)]! - sorted[Math.floor(sorted.length * 0.25)]!) / 2
}

export const kernelCosts = async (rounds: number): Promise<KernelCost[]> => {
  const results = SETTINGS.map((setting) => ({
    setting,
    absent: setting.commands.map(([command]) => command!).filter((command) => !command.startsWith('/') && !host.has(command)),
    getppid: [] as number[],
    roundTrip: [] as number[],
  }))
  for (let round = 0; round < rounds; round++) {
    for (const result of results.filter(({ absent }) => absent.length === 0)) {
      // stdin stays open: the engine ends with it
      const children = result.setting.commands.map(([command, ...words]) =>
        spawn(command!, words, { stdio: ['pipe', 'ignore', 'ignore'] }),
      )
      await sleepMs(result.setting.settleMs)
      result.getppid.push(nsPerRound('getppid', '1000000'))
      result.roundTrip.push(nsPerRound('pingpong', '60000'))
      await Promise.all(children.map(stopped))
    }
  }
  return results.map(({ setting, absent, getppid, roundTrip }) => ({
    name: setting.name,
    ...(absent.length > 0 ? { missing: absent.join(' ') } : {}),
    getppidNs: median(getppid) ?? 0,
    getppidSpreadNs: getppid.length > 0 ? spread(getppid) : 0,
    roundTripNs: median(roundTrip) ?? 0,
    roundTripSpreadNs: roundTrip.length > 0 ? spread(roundTrip) : 0,
  }))
}
