// The rules of the verdict, as data: from where on what stands out. A new one is an entry here; what it measures is a
// function of the samples within its time (rule.ts), and everything else follows: header, page, thresholds of the
// configuration, help. Thresholds are high enough that a healthy machine at work trips none.
import { WAITS } from '../../stream/probe-ids.ts'
import {
  backlogs,
  callErrors,
  diskErrors,
  ioCounted,
  diskP99,
  noDetail,
  refused,
  reset,
  retransmits,
  timedOut,
  tooFewOperations,
} from './devices.ts'
import { loss, notStolen, stolen } from './machine.ts'
import { drops, dropsNotTold, listenOverflows, notRead, peerWindow, socketDrops } from './network.ts'
import type { Rule } from '../rule.ts'
import {
  deadlocks,
  groupMemory,
  groupOom,
  kernelWork,
  memoryPressure,
  oomKills,
  reclaim,
  swappedIn,
} from './described-figures.ts'
import { heldIo, onlyCounted, runQueueP99, throttled, tooFewWaits, uninterruptible, waitingForCpus } from './threads.ts'

const MS = 1e6
const S = 1000
const MB = 2 ** 20

type Data = Pick<Rule, 'id' | 'looksAt' | 'figure' | 'measure'> & Pick<Partial<Rule>, 'blind'>

/** One at `warn`, or at `bad`, over so many seconds. */
const rule = (probe: string | undefined, warn: number, bad: number, seconds: number, data: Data): Rule => ({
  ...data,
  ...(probe === undefined ? {} : { probe: probe as Rule['probe'] }),
  warn,
  bad,
  overMs: seconds * S,
})

export const RULES: readonly Rule[] = [
  rule('sched', 40, 80, 5, {
    id: 'uninterruptible',
    looksAt: 'uninterruptible processes (disk, kernel locks)',
    figure: 'percent',
    blind: onlyCounted,
    measure: uninterruptible,
  }),
  rule('sched', 1, 8, 5, {
    id: 'held-io',
    looksAt: 'threads whose I/O a limit or writeback holds back',
    figure: 'count',
    blind: onlyCounted,
    measure: heldIo,
  }),
  rule('sched', 10, 50, 10, {
    id: 'cpu-quota',
    looksAt: 'control groups that use up their CPU quota',
    figure: 'percent',
    measure: throttled,
  }),
  rule('sched', 20 * MS, 100 * MS, 5, {
    id: 'run-queue',
    looksAt: 'run queue, p99 of the waits for a CPU',
    figure: 'duration',
    blind: tooFewWaits,
    measure: runQueueP99,
  }),
  rule('sched', 1, 4, 5, {
    id: 'cpu-shortage',
    looksAt: 'threads that wait for each CPU',
    figure: 'perCpu',
    measure: waitingForCpus,
  }),
  rule('block', 100 * MS, 500 * MS, 10, {
    id: 'disk-latency',
    looksAt: 'disks, p99 of each kind of operation (of few p90)',
    figure: 'duration',
    blind: tooFewOperations,
    measure: diskP99,
  }),
  rule('block', 1, 10, 60, {
    id: 'disk-errors',
    looksAt: 'operations of disks that failed',
    figure: 'count',
    blind: ioCounted,
    measure: diskErrors,
  }),
  rule('tcp', 5, 50, 10, {
    id: 'retransmits',
    looksAt: 'TCP, retransmits by process and peer',
    figure: 'rate',
    measure: retransmits,
  }),
  rule('tcp', 1, 10, 10, {
    id: 'refused',
    looksAt: 'TCP, connections that were refused',
    figure: 'rate',
    measure: refused,
  }),
  rule('tcp', 1, 20, 10, { id: 'reset', looksAt: 'TCP, sessions that were reset', figure: 'rate', measure: reset }),
  rule('tcp', 0.2, 2, 10, {
    id: 'timeouts',
    looksAt: 'TCP, sessions that timed out',
    figure: 'rate',
    measure: timedOut,
  }),
  rule('tcp', 60, 100, 5, {
    id: 'backlog',
    looksAt: 'TCP, queues of connections that nobody accepts',
    figure: 'percent',
    measure: backlogs,
  }),
  rule('tcp', 50, 90, 10, {
    id: 'peer-window',
    looksAt: 'TCP, sessions whose peer takes no more (window 0)',
    figure: 'percent',
    measure: peerWindow,
  }),
  rule('tcp', 5 * S * MS, 30 * S * MS, 1, {
    id: 'not-read',
    looksAt: 'TCP, sessions that their program does not read',
    figure: 'duration',
    measure: notRead,
  }),
  rule('tcp', 0.2, 5, 10, {
    id: 'listen-overflow',
    looksAt: 'TCP, connections dropped as nobody accepts them',
    figure: 'rate',
    measure: listenOverflows,
  }),
  rule('syscalls', 0.2, 10, 10, {
    id: 'call-errors',
    looksAt: 'calls that fail for want of room, files, memory',
    figure: 'rate',
    blind: noDetail,
    measure: callErrors,
  }),
  rule('memory', 10, 40, 10, {
    id: 'memory-pressure',
    looksAt: 'memory, time in which something waited for it',
    figure: 'percent',
    measure: memoryPressure,
  }),
  rule('memory', 5, 30, 10, {
    id: 'reclaim',
    looksAt: 'processes that free memory before they get any',
    figure: 'percent',
    measure: reclaim,
  }),
  rule('memory', MB, 20 * MB, 10, {
    id: 'swap-in',
    looksAt: 'memory that comes back from swap',
    figure: 'byteRate',
    measure: swappedIn,
  }),
  rule('memory', 1, 1, 60, {
    id: 'out-of-memory',
    looksAt: 'processes killed for want of memory',
    figure: 'count',
    measure: oomKills,
  }),
  rule('containers', 10, 40, 10, {
    id: 'group-memory',
    looksAt: 'control groups that wait for memory',
    figure: 'percent',
    measure: groupMemory,
  }),
  rule('containers', 1, 1, 60, {
    id: 'group-out-of-memory',
    looksAt: 'processes of a group killed for want of memory',
    figure: 'count',
    measure: groupOom,
  }),
  rule('kernel', 50, 90, 5, {
    id: 'kernel-work',
    looksAt: 'softirqs and interrupts, of each CPU',
    figure: 'percent',
    measure: kernelWork,
  }),
  rule('network', 10, 1000, 10, {
    id: 'drops',
    looksAt: 'packets that the kernel drops for want of room',
    figure: 'rate',
    blind: dropsNotTold,
    measure: drops,
  }),
  rule('network', 1, 100, 10, {
    id: 'socket-drops',
    looksAt: 'sockets (UDP, netlink) that drop what comes in',
    figure: 'rate',
    measure: socketDrops,
  }),
  rule(WAITS, 1, 1, 1, {
    id: 'deadlock',
    looksAt: 'locks that wait for one another',
    figure: 'count',
    measure: deadlocks,
  }),
  rule(undefined, 5, 20, 5, {
    id: 'stolen',
    looksAt: 'CPU time given to other guests',
    figure: 'percent',
    blind: notStolen,
    measure: stolen,
  }),
  rule(undefined, 1, 10, 10, {
    id: 'lost',
    looksAt: 'what probetop itself could not keep',
    figure: 'percent',
    measure: loss,
  }),
]
