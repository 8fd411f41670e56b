// The two checklists, as data: which tool each step stands for, whose samples it rests on, which rules judge it, and where
// more of it is to be seen.
import * as figures from './figures.ts'
import { STEP_RULES as R } from './rules.ts'
import type { Rule } from '../rule.ts'
import type { Checklist, ChecklistId, Step } from '../checklist-types.ts'

const SECONDS = 6

const step = (
  command: string,
  question: string,
  panel: string,
  mode: string | undefined,
  make: Step['figures'],
  rules: readonly Rule[],
): Step => ({
  id: command,
  command,
  question,
  probes: [...new Set(rules.flatMap(({ probe }) => probe ?? []))],
  seconds: SECONDS,
  to: { panel, ...(mode === undefined ? {} : { mode }) },
  ...(make ? { figures: make } : {}),
  rules,
})

const scripted = (command: string, script: string, question: string, rules: readonly Rule[]): Step => ({
  ...step(command, question, script, undefined, undefined, rules),
  probes: [],
  script,
})

export const CHECKLISTS: readonly Checklist[] = [
  {
    id: '60s',
    title: '60 seconds',
    about: 'ten tools every machine has, from /proc and the kernel log; nothing is started',
    steps: [
      step('uptime', 'Is the load rising or falling?', 'runq', undefined, figures.uptimeFigures, [R.load]),
      step('dmesg | tail', 'Has the kernel complained?', 'machine', 'log', figures.dmesgFigures, [R.kernelLog]),
      step('vmstat 1', 'Runnable threads, swap, and what the CPUs do?', 'machine', 'cpus', figures.vmstatFigures, [
        R.runnable,
        R.blocked,
        R.swapping,
        R.stolen,
      ]),
      step('mpstat -P ALL 1', 'Is one CPU busier than the others?', 'machine', 'cpus', figures.mpstatFigures, [
        R.cpusBusy,
        R.oneCpu,
        R.cpuInterrupts,
        R.ioWait,
      ]),
      step('pidstat 1', 'Who takes the CPUs?', 'machine', 'tasks', figures.pidstatFigures, [
        R.processCpu,
        R.processWait,
      ]),
      step('iostat -xz 1', 'Which disk is busy or slow?', 'disks', undefined, figures.iostatFigures, [
        R.diskBusy,
        R.diskWait,
      ]),
      step('free -m', 'Is there memory left?', 'memory', undefined, figures.freeFigures, [R.memoryUsed, R.swapUsed]),
      step('sar -n DEV 1', 'Does the network reach its limits?', 'machine', 'nics', figures.devFigures, [
        R.linkUsed,
        R.nicErrors,
      ]),
      step(
        'sar -n TCP,ETCP 1',
        'Which way are connections made, and is anything sent again?',
        'tcp',
        undefined,
        figures.tcpFigures,
        [R.segmentsAgain, R.connectsFailed, R.tcpErrors],
      ),
      step('top', 'Does it agree with the rest?', 'machine', 'tasks', figures.topFigures, [
        R.processCpu,
        R.processMemory,
        R.zombies,
      ]),
    ],
  },
  {
    id: 'bcc',
    title: 'bcc tools',
    about: 'what counters do not tell, from our own probes and scripts, one or two bpftraces at a time',
    steps: [
      step('execsnoop', 'Are there short-lived processes?', 'exec', undefined, undefined, [R.execs]),
      scripted('opensnoop', 'opensnoop', 'Which files are opened, and which are not there?', [R.opens, R.opensFailed]),
      scripted('ext4slower, any fs', 'slowfs', 'Which calls on files are slow?', [R.slowFiles]),
      step('biolatency', 'How long does I/O take, as a distribution?', 'block', 'disks', undefined, [
        R.diskP99,
        R.diskErrors,
      ]),
      step('biosnoop', 'Whose I/O is slow?', 'block', 'processes', undefined, [R.slowIo]),
      scripted('cachestat', 'pagecache', 'Do files fit into memory?', [R.evictions]),
      step('tcpconnect', 'Who connects, and who is refused?', 'tcp', 'sessions', undefined, [R.refused, R.timeouts]),
      step('tcpaccept', 'Who is connected to, and does somebody accept?', 'tcp', 'listeners', undefined, [R.backlog]),
      step('tcpretrans', 'Is anything sent again?', 'tcp', 'sessions', undefined, [R.retransmits]),
      step('runqlat', 'How long do threads wait for a CPU?', 'runq', undefined, undefined, [R.runQueue, R.cpuShortage]),
      scripted('profile', 'profile', 'Where are the CPUs?', [R.onCpu]),
    ],
  },
]

export const checklistOf = (id: ChecklistId): Checklist => CHECKLISTS.find((each) => each.id === id)!
