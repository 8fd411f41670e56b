// From where on a step of a checklist says "look here": the thresholds, as data. What each measures is in measures.ts; all
// of them can be changed in config.toml, as those of the verdict can (`[verdict.ID]`). Steps that ask what the verdict asks
// anyway rest on its rules.
import { ioCounted } from '../verdict/devices.ts'
import { RULES } from '../verdict/rules.ts'
import type { Rule } from '../rule.ts'
import * as machine from './measures.ts'
import * as traced from './traced.ts'

const MS = 1e6
const KB = 1024

type Data = Omit<Rule, 'probe' | 'warn' | 'bad' | 'overMs'>

/** Worth a look from `warn` on, bad from `bad` on, over 5 s. */
const rule = (probe: string, warn: number, bad: number, data: Data): Rule => ({
  ...data,
  probe: probe as Rule['probe'],
  warn,
  bad,
  overMs: 5000,
})

const OWN = {
  load: rule('machine', 1.5, 4, { id: 'load', looksAt: 'load for each CPU', figure: 'perCpu', measure: machine.load }),
  kernelLog: rule('machine', 1, 10, {
    id: 'kernel-log',
    looksAt: 'errors of the last hour in the last lines of the kernel log',
    figure: 'count',
    blind: machine.noLog,
    measure: machine.kernelLog,
  }),
  runnable: rule('machine', 2, 5, {
    id: 'runnable',
    looksAt: 'runnable threads for each CPU',
    figure: 'perCpu',
    measure: machine.runnable,
  }),
  blocked: rule('machine', 2, 10, {
    id: 'blocked',
    looksAt: 'threads blocked in I/O',
    figure: 'perCpu',
    measure: machine.blocked,
  }),
  swapping: rule('machine', 100 * KB, 10_000 * KB, {
    id: 'swapping',
    looksAt: 'swap in and out',
    figure: 'byteRate',
    measure: machine.swapping,
  }),
  cpusBusy: rule('machine', 90, 98, {
    id: 'cpus-busy',
    looksAt: 'all CPUs busy',
    figure: 'percent',
    measure: machine.cpusBusy,
  }),
  oneCpu: rule('machine', 60, 85, {
    id: 'one-cpu',
    looksAt: 'busiest CPU above the mean of the others',
    figure: 'percent',
    measure: machine.oneCpu,
  }),
  cpuInterrupts: rule('machine', 30, 60, {
    id: 'cpu-interrupts',
    looksAt: 'softirqs and interrupts on one CPU',
    figure: 'percent',
    measure: machine.cpuInterrupts,
  }),
  ioWait: rule('machine', 30, 60, {
    id: 'io-wait',
    looksAt: 'CPUs idle for I/O',
    figure: 'percent',
    measure: machine.ioWait,
  }),
  processCpu: rule('machine', 90, 1000, {
    id: 'process-cpu',
    looksAt: 'busiest process, of one CPU',
    figure: 'percent',
    measure: machine.processCpu,
  }),
  processWait: rule('machine', 50, 200, {
    id: 'process-wait',
    looksAt: 'process waiting for a CPU',
    figure: 'percent',
    measure: machine.processWait,
  }),
  diskBusy: rule('disks', 90, 99, {
    id: 'disk-busy',
    looksAt: 'busiest disk',
    figure: 'percent',
    measure: machine.diskBusy,
  }),
  diskWait: rule('disks', 20 * MS, 100 * MS, {
    id: 'disk-await',
    looksAt: 'mean latency of a disk',
    figure: 'duration',
    measure: machine.diskWait,
  }),
  memoryUsed: rule('machine', 90, 97, {
    id: 'memory-used',
    looksAt: 'memory not available',
    figure: 'percent',
    measure: machine.memoryUsed,
  }),
  swapUsed: rule('machine', 80, 95, {
    id: 'swap-used',
    looksAt: 'swap in use',
    figure: 'percent',
    measure: machine.swapUsed,
  }),
  linkUsed: rule('machine', 70, 90, {
    id: 'link-used',
    looksAt: 'busiest link',
    figure: 'percent',
    blind: machine.linksUnknown,
    measure: machine.linksUsed,
  }),
  nicErrors: rule('machine', 1, 100, {
    id: 'nic-errors',
    looksAt: 'errors and drops of interfaces',
    figure: 'rate',
    measure: machine.nicErrors,
  }),
  segmentsAgain: rule('machine', 2, 10, {
    id: 'segments-again',
    looksAt: 'segments sent again, of those sent',
    figure: 'percent',
    measure: machine.segmentsAgain,
  }),
  connectsFailed: rule('machine', 5, 50, {
    id: 'connects-failed',
    looksAt: 'connects that failed',
    figure: 'rate',
    measure: machine.connectsFailed,
  }),
  tcpErrors: rule('machine', 1, 100, {
    id: 'tcp-errors',
    looksAt: 'segments received broken',
    figure: 'rate',
    measure: machine.tcpErrors,
  }),
  zombies: rule('machine', 20, 1000, { id: 'zombies', looksAt: 'zombies', figure: 'count', measure: machine.zombies }),
  processMemory: rule('machine', 50, 80, {
    id: 'process-memory',
    looksAt: 'largest process, of all memory',
    figure: 'percent',
    measure: machine.processMemory,
  }),
  execs: rule('execsnoop', 50, 500, { id: 'execs', looksAt: 'new programs', figure: 'rate', measure: traced.execs }),
  opens: rule('opensnoop', 2000, 20_000, {
    id: 'opens',
    looksAt: 'files opened by one process',
    figure: 'rate',
    measure: traced.opens,
  }),
  opensFailed: rule('opensnoop', 200, 2000, {
    id: 'opens-failed',
    looksAt: 'files one process could not open',
    figure: 'rate',
    measure: traced.opensFailed,
  }),
  slowFiles: rule('slowfs', 1, 20, {
    id: 'slow-files',
    looksAt: 'slow file calls of one process (10 ms and more)',
    figure: 'rate',
    measure: traced.slowFiles,
  }),
  slowIo: rule('block', 100 * MS, 1000 * MS, {
    id: 'slow-io',
    looksAt: 'slowest I/O of one process',
    figure: 'duration',
    blind: ioCounted,
    measure: traced.slowIo,
  }),
  evictions: rule('pagecache', 5000, 50_000, {
    id: 'evictions',
    looksAt: 'pages that left the page cache',
    figure: 'rate',
    measure: traced.evictions,
  }),
  onCpu: rule('profile', 90, 1000, {
    id: 'on-cpu',
    looksAt: 'samples of one process, of one CPU',
    figure: 'percent',
    measure: traced.onCpu,
  }),
}

/** With those that only checklists ask. */
export const ALL_RULES: readonly Rule[] = [...RULES, ...Object.values(OWN)]

const shared = (id: string): Rule => RULES.find((each) => each.id === id)!

export const STEP_RULES = {
  ...OWN,
  // the machine's own facts, told as often as it is asked
  stolen: { ...shared('stolen'), probe: OWN.load.probe },
  diskP99: shared('disk-latency'),
  diskErrors: shared('disk-errors'),
  refused: shared('refused'),
  timeouts: shared('timeouts'),
  backlog: shared('backlog'),
  retransmits: shared('retransmits'),
  runQueue: shared('run-queue'),
  cpuShortage: shared('cpu-shortage'),
}
