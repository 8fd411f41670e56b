// Reader of the machine: what /proc has of CPUs, memory, TCP, interfaces and processes, and the kernel's log.
import { createTable, tableOf, type RowOf } from '../../../stream/spec.ts'
import type { StartDescribed } from '../../base/described-probe.ts'
import { toMicroseconds } from '../../base/microseconds.ts'
import { tcpFields, type Field } from '../../proc/snmp.ts'
import { textOf } from '../../../source/proc-stat.ts'
import { pageSize, readMeminfo, readVmstat } from '../../proc/vmstat.ts'
import { netDevice, statFile, timesBetween, type NicCounts } from './proc-lines.ts'
import { LEVELS, openKernelLog } from './kernel-log.ts'
import { MACHINE } from './spec.ts'
import { openTasks } from './tasks.ts'

const MOST_NICS = 500

/** Where the kernel's files are. */
export interface Roots {
  proc: string
  sys: string
  log: string
}

/** What only changes when a cable is plugged in. */
const linkOf = (sys: string, name: string): { linkBytes: number | null; isFullDuplex: number } => {
  const mbit = Number(textOf(`${sys}/class/net/${name}/speed`))
  return {
    linkBytes: mbit > 0 ? (mbit * 1e6) / 8 : null,
    isFullDuplex: Number(textOf(`${sys}/class/net/${name}/duplex`).trim() === 'full'),
  }
}

const read = ({ proc, sys }: Roots) => {
  const nics = netDevice(textOf(`${proc}/net/dev`))
  return {
    atMs: performance.now(),
    stat: statFile(textOf(`${proc}/stat`)),
    vmstat: readVmstat(proc),
    memory: readMeminfo(proc),
    tcp: tcpFields(textOf(`${proc}/net/snmp`)),
    nics,
    links: new Map([...nics.keys()].slice(0, MOST_NICS).map((name) => [name, linkOf(sys, name)])),
  }
}
type Read = ReturnType<typeof read>

export const start: StartDescribed = () => machineIn({ proc: '/proc', sys: '/sys', log: '/dev/kmsg' })

export const machineIn = (roots: Roots): ReturnType<StartDescribed> => {
  const pageBytes = pageSize(roots.proc)
  const log = openKernelLog(roots.log)
  const tasks = openTasks(pageBytes, roots.proc)
  const tasksTable = createTable(MACHINE.tables.tasks)
  let before = read(roots)
  tasks.read()

  return {
    read() {
      const last = before
      const now = (before = read(roots))
      const { rows, states, leftOut } = tasks.read()
      const lines = log.read()
      const nowMs = Number(process.hrtime.bigint()) / 1e6
      const notes = [
        ...(lines ? [] : [log.why()]),
        ...(leftOut > 0 ? [`${leftOut} processes are left out: more than can be read in an interval`] : []),
      ]
      return {
        lost: 0,
        // its first reading takes long: what is counted began before that was over
        intervalMs: toMicroseconds(now.atMs - last.atMs),
        tables: {
          cpus: tableOf(
            MACHINE.tables.cpus,
            [...now.stat.cpus].map(([cpu, times]) => ({ cpu, ...timesBetween(times, last.stat.cpus.get(cpu)) })),
          ),
          tasks: tasksTable(rows),
          nics: tableOf(MACHINE.tables.nics, nicRows(now, last)),
          ...(lines && {
            log: tableOf(
              MACHINE.tables.log,
              lines.map(({ sequence, atMs, severity, text }) => ({
                sequence,
                ageMs: Math.max(0, Math.round(nowMs - atMs)),
                severity,
                level: LEVELS[severity]!,
                text,
              })),
            ),
          }),
        },
        hists: {},
        totals: { ...totalsOf(now, last, pageBytes), ...taskTotals(rows.length, states) },
        ...(notes.length > 0 && { notes }),
      }
    },
    close: log.close,
  }
}

const nicRows = (now: Read, last: Read): RowOf<typeof MACHINE.tables.nics>[] =>
  [...now.links].map(([name, link]) => {
    const [counts, was] = [now.nics.get(name)!, last.nics.get(name)]
    const since = (field: keyof NicCounts): number => (was ? Math.max(0, counts[field] - was[field]) : 0)
    const [rxBytes, txBytes] = [since('rxBytes'), since('txBytes')]
    const bytes = link.isFullDuplex ? Math.max(rxBytes, txBytes) : rxBytes + txBytes
    return {
      name,
      rxPackets: since('rxPackets'),
      txPackets: since('txPackets'),
      rxBytes,
      txBytes,
      rxCompressed: since('rxCompressed'),
      txCompressed: since('txCompressed'),
      rxMulticast: since('rxMulticast'),
      errors: since('rxErrors') + since('txErrors'),
      drops: since('rxDrops') + since('txDrops'),
      ...link,
      usedPercent:
        link.linkBytes === null ? null : (1e5 * bytes) / (link.linkBytes * Math.max(1, now.atMs - last.atMs)),
    }
  })

const totalsOf = (now: Read, last: Read, pageBytes: number): Record<string, number> => {
  const bytes = (...names: string[]): number => names.reduce((sum, name) => sum + (now.memory.get(name) ?? 0), 0)
  const paged = (name: string): number => Math.max(0, (now.vmstat.get(name) ?? 0) - (last.vmstat.get(name) ?? 0))
  const tcp = (field: Field): number => Math.max(0, (now.tcp[field] ?? 0) - (last.tcp[field] ?? 0))
  const counted = (name: 'interrupts' | 'switches' | 'forks'): number => Math.max(0, now.stat[name] - last.stat[name])
  return {
    ...timesBetween(now.stat.all, last.stat.all),
    // without ourselves
    running: Math.max(0, now.stat.running - 1),
    blocked: now.stat.blocked,
    interrupts: counted('interrupts'),
    switches: counted('switches'),
    forks: counted('forks'),
    // the kernel counts these in KiB, swap in pages
    pageInBytes: paged('pgpgin') * 1024,
    pageOutBytes: paged('pgpgout') * 1024,
    swapInBytes: paged('pswpin') * pageBytes,
    swapOutBytes: paged('pswpout') * pageBytes,
    memoryBytes: bytes('MemTotal'),
    freeBytes: bytes('MemFree'),
    availableBytes: bytes('MemAvailable'),
    sharedBytes: bytes('Shmem'),
    buffersBytes: bytes('Buffers'),
    cacheBytes: bytes('Cached', 'SReclaimable'),
    swapBytes: bytes('SwapTotal'),
    swapFreeBytes: bytes('SwapFree'),
    activeOpens: tcp('ActiveOpens'),
    passiveOpens: tcp('PassiveOpens'),
    inSegments: tcp('InSegs'),
    outSegments: tcp('OutSegs'),
    attemptFails: tcp('AttemptFails'),
    establishedResets: tcp('EstabResets'),
    retransmits: tcp('RetransSegs'),
    inErrors: tcp('InErrs'),
    outResets: tcp('OutRsts'),
  }
}

/** As top sums them up: what is uninterruptible or idle sleeps. */
const taskTotals = (tasks: number, states: Readonly<Record<string, number>>): Record<string, number> => {
  const of = (...letters: string[]): number => letters.reduce((sum, letter) => sum + (states[letter] ?? 0), 0)
  return {
    tasks,
    tasksRunning: of('R'),
    tasksSleeping: of('S', 'D', 'I'),
    tasksStopped: of('T', 't'),
    zombies: of('Z'),
  }
}
