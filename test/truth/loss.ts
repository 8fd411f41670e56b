// Every bounded table of the scheduler's and the system calls' programs, overflowed on purpose: totals stay exact, what
// found no room is counted, and the rows and "others" add up to the total.
import { startSched, type SchedProbe } from '../helpers/sched.ts'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { beginDetail, startSyscalls } from '../helpers/syscalls.ts'
import { withProbe } from '../helpers/workload.ts'
import { atLeast, atMost, exact, skipped, within } from './check.ts'
import type { Area, Finding, Scale } from './check.ts'
import { perform, total } from './workload.ts'

/** Entries of `ended`, of `even_procs`, and of a CPU's places for pairs of process and call, in the kernel programs. */
const ENDED = 8192
const PROC_CALLS = 4096 + 256 * cpus().length
const CALLS_EACH = 5
/** Rows are read a moment after the totals, and a busy machine makes calls meanwhile. */
const SHARE = 0.005
/** Numbers of system calls that the work `numbers` uses. */
const NUMBERS = 32

export const area: Area = {
  name: 'loss',
  needs: ['clang'],
  bpf: true,
  checks: async (scale) => [
    ...(await withProbe(startSched, (probe) => endedThreads(probe, scale))),
    ...(await withProbe(startSyscalls, (probe) => endedCallers(probe, scale))),
    ...(await withProbe(startSyscalls, callsOfProcesses)),
    ...(await withProbe(
      (context) => startSyscalls({ ...context, maxEntries: { latencies: 4, errnos: 2 } }),
      kindsOfCalls,
    )),
  ],
}

const pidMax = (): number => Number(readFileSync('/proc/sys/kernel/pid_max', 'utf8'))
/** At full scale so many that process numbers are used again within the interval, where that is possible. */
const threadsAt = (scale: Scale): number => (scale === 'full' && pidMax() < 100_000 ? pidMax() + 2 * ENDED : 2 * ENDED)

const endedThreads = async (probe: SchedProbe, scale: Scale): Promise<Finding[]> => {
  const threads = threadsAt(scale)
  probe.read()
  const [life] = await perform(-1, 1, 'threads', threads, CALLS_EACH)
  const { data, lost } = probe.read()
  const { others } = data
  const row = data.procs.find((proc) => proc.pid === life!.pid)
  const title = `sched, ${threads} threads end`
  const waits = total(data.procs, (proc) => proc.waits) + (others?.waits ?? 0)
  return [
    // other processes' threads end meanwhile, too
    within(0.03)(`${title}: without a row`, others?.threads ?? 0, threads - ENDED, '', 'others'),
    // rusage does not know of the last switch of a thread; what else ends meanwhile can only add
    atLeast(
      `${title}: switches, own and others`,
      (row?.switches ?? 0) + (others?.switches ?? 0),
      Math.floor(0.99 * (life!.switches + threads)),
      '',
      'at least 99 % of rusage',
    ),
    within(SHARE)(`${title}: waits, all rows and others`, waits, data.runq.count, '', 'all waits'),
    // a switch within a switch is said to be lost
    atMost(`${title}: lost`, lost, threads / 1000),
  ]
}

const endedCallers = async (probe: ReturnType<typeof startSyscalls>, scale: Scale): Promise<Finding[]> => {
  const threads = threadsAt(scale)
  probe.read()
  const [life] = await perform(-1, 1, 'threads', threads, CALLS_EACH)
  const { data, lost } = probe.read()
  const title = `syscalls, ${threads} threads end`
  const rows = total(data.procs, ({ count }) => count) + (data.others?.count ?? 0)
  const own = (data.procs.find(({ pid }) => pid === life!.pid)?.count ?? 0) + (data.others?.count ?? 0)
  return [
    exact(`${title}: getsid`, data.calls.find(({ name }) => name === 'getsid')?.count ?? 0, threads * CALLS_EACH),
    atLeast(`${title}: calls, own and others`, own, threads * CALLS_EACH),
    atLeast(`${title}: calls of others`, data.others?.count ?? 0, (threads - ENDED) * CALLS_EACH),
    within(SHARE)(
      `${title}: calls, all rows and others`,
      rows,
      total(data.calls, ({ count }) => count),
      '',
      'all calls',
    ),
    exact(`${title}: lost`, lost, 0),
  ]
}

/** More pairs of process and call than there is room for. */
const callsOfProcesses = async (probe: ReturnType<typeof startSyscalls>): Promise<Finding[]> => {
  const processes = Math.ceil((PROC_CALLS * 1.2) / NUMBERS)
  await beginDetail(probe)
  const done = await perform(-1, processes, 'numbers', CALLS_EACH)
  const { data, lost } = probe.read()
  const known = data.calls.filter(({ name }) => /^syscall_(4[89]|50|51)\d$/.test(name) || name === 'syscall_500')
  if (known.length < NUMBERS)
    return [skipped('syscalls, calls of processes', 'this kernel has calls of the numbers 480 to 511')]
  const title = `syscalls, ${processes} processes by ${NUMBERS} calls`
  const errors = total(data.procs, (proc) => proc.errors) + (data.others?.errors ?? 0)
  return [
    exact(
      `${title}: calls`,
      total(known, ({ count }) => count),
      done.length * NUMBERS * CALLS_EACH,
    ),
    exact(
      `${title}: errors of calls`,
      total(known, (call) => call.errors),
      done.length * NUMBERS * CALLS_EACH,
    ),
    within(SHARE)(
      `${title}: errors, all rows and others`,
      errors,
      total(data.calls, (call) => call.errors),
      '',
      'all errors',
    ),
    atLeast(`${title}: said to be lost`, lost, (processes * NUMBERS - PROC_CALLS) * CALLS_EACH),
  ]
}

/** Tables of four calls and two errors. */
const kindsOfCalls = async (probe: ReturnType<typeof startSyscalls>): Promise<Finding[]> => {
  const each = 1000
  await beginDetail(probe)
  const [life] = await perform(-1, 1, 'errors', each)
  const { data, lost } = probe.read()
  const title = 'syscalls, no room for kinds of calls'
  const named = data.calls.flatMap(({ errors, errnos }) =>
    errnos ? [{ errors, named: total(errnos, ({ count }) => count) }] : [],
  )
  const measured = total(data.calls, ({ latency }) => latency?.count)
  return [
    exact(`${title}: calls`, data.calls.find(({ name }) => name === 'syscall_500')?.count ?? 0, each),
    atLeast(`${title}: calls of the process`, data.procs.find(({ pid }) => pid === life!.pid)?.count ?? 0, 4 * each),
    exact(
      `${title}: errors by name and other`,
      total(named, (call) => call.named),
      total(named, (call) => call.errors),
      '',
      'errors of calls',
    ),
    atLeast(`${title}: measured or said to be lost`, measured + lost, 4 * each),
    atLeast(`${title}: said to be lost`, lost, each),
  ]
}
