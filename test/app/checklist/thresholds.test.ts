// Each step of both checklists at its thresholds: fine just below, looked at just from there on, in words with the
// numbers. Those of the 60 seconds are judged from texts as /proc has them, those of bcc from what the probes and scripts
// give, and what steps share with the verdict from its own cases (verdict-cases.ts). Live workloads are in
// test/process/checklists.long.test.ts.
import { readFileSync } from 'node:fs'
import { viewOf } from '../../../src/model/view.ts'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { judge } from '../../../src/app/checklist/judge.ts'
import { CHECKLISTS } from '../../../src/app/checklist/steps.ts'
import type { Result, Step } from '../../../src/app/checklist-types.ts'
import { RULES } from '../../../src/app/verdict/rules.ts'
import { planOf } from '../../../src/model/scripts/plan.ts'
import { specOfScript } from '../../../src/model/scripts/spec.ts'
import { createStore, type Store } from '../../../src/model/store.ts'
import { PROBES as SCRIPTS } from '../../../src/paths.ts'
import { EXECSNOOP } from '../../../src/stream/specs/execsnoop.ts'
import { fakeMachine, SECONDS, TICKS, type FakeMachine } from '../../helpers/fake-proc.ts'
import { storeWith, type Interval } from '../../helpers/spec-store.ts'
import { CASES, RARE } from '../verdict-cases.ts'
import { editBlock, healthy } from '../verdict-machine.ts'

/** A store with less than what is looked at, one with as much, and what is said of that. */
interface Case {
  below(t: ExecutionContext): Store
  at(t: ExecutionContext): Store
  says: RegExp
}

const machine = (of: (value: number) => Partial<FakeMachine>, below: number, at: number, says: RegExp): Case => ({
  below: (t) => fakeMachine(t, of(below)),
  at: (t) => fakeMachine(t, of(at)),
  says,
})

const cpu = (ticks: Partial<Record<'user' | 'iowait' | 'softirq' | 'steal', number>>): number[] => {
  const { user = 0, iowait = 0, softirq = 0, steal = 0 } = ticks
  return [user, 0, 0, TICKS - user - iowait - softirq - steal, iowait, 0, softirq, steal]
}
const both = (one: number[]) => ({ cpus: [one, one] })
const task = (more: Partial<FakeMachine['tasks'][0]>) => ({ tasks: [{ pid: 7, comm: 'sh', state: 'S', ...more }] })
const MEMORY = { MemTotal: 1_000_000, MemFree: 10_000, MemAvailable: 800_000, SwapTotal: 1000, SwapFree: 1000 }
const MBIT = 1e6 / 8

const OF_MACHINE: Record<string, Case> = {
  load: machine((load) => ({ load }), 2.99, 3, /^load average 3\.00, 1\.50 for each of 2 CPUs/),
  'kernel-log': machine(
    (severity) => ({ log: [severity, 'sda: rejecting I/O to offline device'] }),
    4,
    3,
    /^1 in the kernel log, \S+ ago: sda: rejecting/,
  ),
  // the reader is one of them
  runnable: machine((running) => ({ running }), 4, 5, /^4\.0 threads runnable on average, 2\.00 for each of 2 CPUs/),
  blocked: machine((blocked) => ({ blocked }), 1, 2, /^2\.00 threads blocked in I\/O on average/),
  swapping: machine(
    (pages) => ({ vmstat: { pswpin: pages - 25, pswpout: 25 } }),
    124,
    125,
    /^memory is short: 100K\/s to and from swap/,
  ),
  stolen: machine((steal) => both(cpu({ steal })), 24, 25, /^the hypervisor gave 5\.00% of the CPUs to others/),
  'cpus-busy': machine((user) => both(cpu({ user })), 449, 450, /^CPUs 90\.0% busy: 90% in programs/),
  'one-cpu': machine(
    (user) => ({ cpus: [cpu({ user }), cpu({ user: 50 })] }),
    349,
    350,
    /^CPU 0 is 70% busy, the others 10%/,
  ),
  'cpu-interrupts': machine(
    (softirq) => ({ cpus: [cpu({}), cpu({ softirq })] }),
    149,
    150,
    /^CPU 1: 30\.0% in softirqs and interrupts/,
  ),
  'io-wait': machine((iowait) => both(cpu({ iowait })), 149, 150, /^CPUs idle 30\.0% of the time while I\/O/),
  'process-cpu': machine((ticks) => task({ ticks }), 449, 450, /^sh 7 takes 90\.0% of a CPU/),
  'process-wait': machine((ms) => task({ waitNs: ms * 1e6 }), 2499, 2500, /^sh 7 waits for a CPU 50\.0% of the time/),
  'disk-busy': machine((ms) => ({ disk: { 1: 1, 10: ms } }), 4499, 4500, /^sda 90\.0% busy with 0\.0 requests in it/),
  'disk-await': machine(
    (ms) => ({ disk: { 5: 10, 8: ms } }),
    199,
    200,
    /^sda: writes take 20\.0ms on average, at 2\.0\/s/,
  ),
  'memory-used': machine(
    (used) => ({ meminfo: { ...MEMORY, MemAvailable: 1_000_000 - used } }),
    899_999,
    900_000,
    /^memory 90\.0% in use, 98 MiB available/,
  ),
  'swap-used': machine((used) => ({ meminfo: { ...MEMORY, SwapFree: 1000 - used } }), 799, 800, /^swap 80\.0% in use/),
  'link-used': machine(
    (mbit) => ({ nics: { eth0: { rxBytes: mbit * MBIT * SECONDS, txBytes: 1000 } } }),
    699,
    700,
    /^eth0: 70\.0% of its link used/,
  ),
  'nic-errors': machine(
    (drops) => ({ nics: { eth0: { rxDrops: drops - 2, txErrors: 2 } } }),
    4,
    5,
    /^eth0: 0\.4 errors\/s, 0\.6 drops\/s/,
  ),
  'segments-again': machine(
    (again) => ({ tcp: { OutSegs: 2000, RetransSegs: again } }),
    39,
    40,
    /^2\.00% of TCP segments sent again, 8\.0\/s/,
  ),
  'connects-failed': machine((fails) => ({ tcp: { AttemptFails: fails } }), 24, 25, /^5\.0 TCP connects\/s fail/),
  'tcp-errors': machine((errors) => ({ tcp: { InErrs: errors } }), 4, 5, /^1\.0 TCP segments\/s come in broken/),
  zombies: machine(
    (count) => ({ tasks: Array.from({ length: count }, (_, i) => ({ pid: i + 8, comm: 'gone', state: 'Z' })) }),
    19,
    20,
    /^20 zombies: their parents do not ask how they ended/,
  ),
  'process-memory': machine(
    (percent) => ({ ...task({ residentPages: (percent / 100) * 250_000 }) }),
    49.9,
    50,
    /^sh 7 has 50\.0% of all memory/,
  ),
}

/** The script as it comes with probetop. */
const specOf = (name: string) =>
  specOfScript(planOf({ name, text: readFileSync(join(SCRIPTS, `${name}.bt`), 'utf8'), taken: () => false }))

/** Rows a second for five seconds, of events by the headings of their columns. */
const events =
  (name: string, row: Record<string, string | number>) =>
  (count: number): Store => {
    const spec = specOf(name)
    const { table, columns } = spec.panels[0]!.tabs.find((tab) => tab.events)!
    const ids = new Map(columns.flatMap(({ title, value }) => ('value' in value ? [[title, value.value]] : [])))
    const one = Object.fromEntries(Object.entries(row).map(([title, cell]) => [ids.get(title)!, cell]))
    return fiveSeconds(spec, count, (own) => ({ rows: { [table]: Array.from({ length: own }, () => one) } }))
  }

const fiveSeconds = (spec: Parameters<typeof storeWith>[0], count: number, of: (count: number) => Interval): Store =>
  storeWith(spec, ...Array.from({ length: SECONDS }, (_, i) => of(Math.floor((count + SECONDS - 1 - i) / SECONDS))))

const counted = (make: (count: number) => Store, at: number, says: RegExp): Case => ({
  below: () => make(at - 1),
  at: () => make(at),
  says,
})

const OF_SCRIPTS: Record<string, Case> = {
  execs: counted(
    (count) =>
      fiveSeconds(EXECSNOOP, count, (execs) => ({
        rows: { events: [{ kind: 'exec', pid: 8, ppid: 7, comm: 'sleep', args: 'sleep 0.01' }] },
        totals: { execs },
      })),
    250,
    /^50 programs\/s are started, most by process 7, the last sleep 0\.01/,
  ),
  opens: counted(
    events('opensnoop', { PID: 7, COMM: 'find', ERR: 0, PATH: '/a' }),
    10_000,
    /^find 7 opens 2000 files\/s, the last \/a/,
  ),
  'opens-failed': counted(
    events('opensnoop', { PID: 7, COMM: 'find', ERR: 2, PATH: '/a' }),
    1000,
    /^find 7 cannot open 200 files\/s, the last \/a \(error 2\)/,
  ),
  'slow-files': counted(
    events('slowfs', { PID: 7, COMM: 'dd', CALL: 'fsync', FILE: 'wal' }),
    5,
    /^dd 7: 1\.0 slow file calls\/s, the last fsync of wal/,
  ),
  'slow-io': { below: () => slowIo(99.9e6), at: () => slowIo(100e6), says: /^fio 3314: an I\/O took 100ms/ },
  evictions: counted(
    (count) =>
      fiveSeconds(specOf('pagecache'), count, (n) => ({
        rows: { m0: [{ k0: 'dd', k1: 7, n: 1 }], m1: [{ k0: 'kswapd0', n }] },
      })),
    25_000,
    /^5000 pages\/s leave the page cache .*most by kswapd0; 1\.0\/s come in/,
  ),
  'on-cpu': counted(
    (count) => fiveSeconds(specOf('profile'), count, (n) => ({ rows: { m0: [{ k0: 'loop', k1: 7, n }] } })),
    // 90 % of 245
    221,
    /^loop 7 is on a CPU in 90\.2% of the samples/,
  ),
}

const storeOf = (messages: ReturnType<typeof healthy>): Store => {
  const store = createStore()
  for (const message of messages) store.add(message)
  return store
}

const slowIo = (latencyMaxNs: number): Store =>
  storeOf(editBlock(({ procs }) => ({ procs: [{ ...procs[0]!, pid: 3314, comm: 'fio', latencyMaxNs }] }))(healthy()))

/** Those that the verdict asks, too. */
const shared = (id: string): Case => {
  const { make, says } = CASES[id]!
  return {
    below: () => storeOf(make(RARE.includes(id) ? 0.5 : 0.9)(healthy())),
    at: () => storeOf(make(2)(healthy())),
    says:
      typeof says === 'string'
        ? new RegExp(`^${says.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)
        : new RegExp(says.source.replace(/\$$/, '')),
  }
}

const caseOf = (id: string): Case | undefined =>
  OF_MACHINE[id] ?? OF_SCRIPTS[id] ?? (RULES.some((rule) => rule.id === id) ? shared(id) : undefined)

const judged = (step: Step, id: string, store: Store): Result =>
  judge({ ...step, rules: step.rules.filter((rule) => rule.id === id) }, viewOf(store), {
    scripts: step.script === undefined ? {} : { [step.script]: step.script },
  })

for (const { id: list, steps } of CHECKLISTS)
  for (const step of steps)
    for (const { id } of step.rules)
      test(`${list}, ${step.command}: ${id} is fine just below its threshold, and looked at from there on`, (t) => {
        const found = caseOf(id)
        if (!found) return t.fail('there is no case of it')
        const fine = judged(step, id, found.below(t))
        t.is(fine.is, 'fine', fine.sentence)
        const look = judged(step, id, found.at(t))
        t.is(look.is, 'look', look.sentence)
        t.regex(look.sentence, found.says)
      })

test('what is not known is not said to be fine: links without a speed, a log that may not be read', (t) => {
  const [dev, dmesg] = ['sar -n DEV 1', 'dmesg | tail'].map((command) =>
    CHECKLISTS[0]!.steps.find((step) => step.command === command)!,
  ) as [Step, Step]
  const asked = (step: Step, id: string, change: Partial<FakeMachine>): Result =>
    judged(step, id, fakeMachine(t, change))
  const unknown = asked(dev, 'link-used', { speeds: { eth0: -1 } })
  t.is(unknown.is, 'blind')
  t.is(unknown.sentence, 'cannot tell: busiest link: no interface says how fast its link is')
  t.is(asked(dmesg, 'kernel-log', { log: undefined }).is, 'blind')
})
