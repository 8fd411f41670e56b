// Steps of the checklists on samples made up: idle is fine, a load is looked at with its numbers, and what cannot be told
// says why; and how one gets through a list on the screen.
import test from 'ava'
import { viewOf } from '../../../src/model/view.ts'
import type { Result } from '../../../src/app/checklist-types.ts'
import type { Tier } from '../../../src/stream/cost-message.ts'
import { fakeMachine } from '../../helpers/fake-proc.ts'
import { golden, goldenValue } from '../../helpers/golden.ts'
import { fakeScreen } from '../../helpers/screen.ts'
import { fakeStream } from '../../helpers/stream.ts'
import { judge } from '../../../src/app/checklist/judge.ts'
import { limitsText } from '../../../src/app/verdict/verdict.ts'
import { figureLines, reportLines } from '../../../src/app/checklist/page.ts'
import { checklistOf, CHECKLISTS } from '../../../src/app/checklist/steps.ts'
import { startChecklist } from '../../../src/app/checklist/progress.ts'
import { checklistProbes } from '../../../src/app/checklist/wanted.ts'
import { initialState } from '../../../src/app/state.ts'
import { update } from '../../../src/app/update.ts'
import { MACHINE } from '../../../src/engine/probes/machine/spec.ts'
import { createStore, type Store } from '../../../src/model/store.ts'
import { tableOf } from '../../../src/stream/spec.ts'
import type { DescribedId } from '../../../src/stream/probe-ids.ts'

const S = 1e9

/** Two CPUs of which `busy` are busy, and a process that takes them. */
const storeOf = (busy: number, totals: Record<string, number> = {}): Store => {
  const store = createStore()
  store.add({ type: 'probe', atMs: 1, spec: MACHINE })
  const cpu = (share: number) => ({
    userNs: share * S,
    niceNs: 0,
    systemNs: 0,
    idleNs: (1 - share) * S,
    iowaitNs: 0,
    irqNs: 0,
    softirqNs: 0,
    stealNs: 0,
    guestNs: 0,
    guestNiceNs: 0,
  })
  const tasks = [
    {
      pid: 7,
      comm: 'loop',
      uid: 0,
      state: 'R',
      cpu: 0,
      threads: 2,
      userNs: busy * S,
      systemNs: 0,
      guestNs: 0,
      busyNs: busy * S,
      waitNs: 0,
      totalNs: S,
      residentBytes: 2 ** 20,
    },
  ]
  for (const atMs of [1000, 2000, 3000, 4000, 5000]) {
    store.add({ type: 'host', atMs, intervalMs: 1000, uptimeS: 100, load: [busy, busy, busy], cpus: 2 })
    store.add({
      type: 'sample',
      probe: 'machine' as DescribedId,
      atMs,
      intervalMs: 1000,
      lost: 0,
      data: {
        tables: {
          cpus: tableOf(
            MACHINE.tables.cpus,
            [0, 1].map((n) => ({ cpu: n, ...cpu(Math.min(1, Math.max(0, busy - n))) })),
          ),
          tasks: tableOf(MACHINE.tables.tasks, tasks),
        },
        hists: {},
        totals: {
          ...cpu(busy / 2),
          userNs: busy * S,
          idleNs: (2 - busy) * S,
          memoryBytes: 2 ** 30,
          availableBytes: 0.6 * 2 ** 30,
          ...totals,
        },
        notes: ['the kernel log is for root only here (kernel.dmesg_restrict)'],
      },
    })
  }
  return store
}

const judged = (store: Store, command: string) =>
  judge(
    checklistOf('60s').steps.find((step) => step.command === command)!,
    viewOf(store),
    { scripts: {} },
  )

test('an idle machine is fine, with the numbers', (t) => {
  const store = storeOf(0.02)
  for (const command of ['uptime', 'vmstat 1', 'mpstat -P ALL 1', 'pidstat 1', 'free -m', 'top'])
    t.is(judged(store, command).is, 'fine', command)
  t.regex(judged(store, 'free -m').sentence, /memory not available 40% \(stands out at 90%/)
})

test('a load is looked at, and says whose and where', (t) => {
  t.like(judged(storeOf(2), 'pidstat 1'), { is: 'look', to: { panel: 'machine', mode: 'tasks', row: { pid: 7 } } })
  t.regex(judged(storeOf(2), 'pidstat 1').sentence, /^loop 7 takes 200% of a CPU/)
  t.regex(judged(storeOf(2), 'mpstat -P ALL 1').sentence, /^CPUs 100% busy/)
  t.regex(judged(storeOf(1), 'mpstat -P ALL 1').sentence, /^CPU 0 is 100% busy, the others 0%/)
  t.regex(judged(storeOf(0, { availableBytes: 2e7 }), 'free -m').sentence, /^memory 98.*% in use/)
  t.true(judged(storeOf(0, { availableBytes: 2e7 }), 'free -m').isBad)
  t.regex(judged(storeOf(0, { swapInBytes: 2e6 }), 'vmstat 1').sentence, /to and from swap/)
})

test('what cannot be told says why', (t) => {
  t.like(judged(storeOf(0), 'dmesg | tail'), { is: 'blind' })
  t.regex(judged(storeOf(0), 'dmesg | tail').sentence, /for root only here/)
  t.is(judged(storeOf(0), 'iostat -xz 1').is, 'blind', 'no such samples')
  const opensnoop = checklistOf('bcc').steps[1]!
  t.regex(judge(opensnoop, viewOf(storeOf(0)), { scripts: {} }).sentence, /the script opensnoop is not here/)
})

test('while I/O is only counted, how long it takes cannot be told', (t) => {
  const biosnoop = checklistOf('bcc').steps.find(({ command }) => command === 'biosnoop')!
  const of = (tier?: Tier): Result => {
    const messages = fakeStream({ ticks: 20 }).map((message) =>
      message.type === 'sample' && message.probe === 'block' && tier ? { ...message, tier } : message,
    )
    return judge(biosnoop, viewOf(fakeScreen({ ticks: 20, messages }).store), { scripts: {} })
  }
  t.is(of().is, 'fine')
  const counted = of({ is: 'counted', why: 'it cost too much', hint: '', retryMs: 1000 })
  t.is(counted.is, 'blind')
  t.regex(counted.sentence, /^cannot tell: slowest I\/O of one process: I\/O is only counted/)
})

test('a step lasts some seconds or until a key; the end leads to a panel and can be printed', (t) => {
  const store = storeOf(2)
  store.add({ type: 'status', atMs: 1, probe: 'machine' as DescribedId, status: { is: 'live' } })
  let state = startChecklist({ ...initialState({ specs: [MACHINE] }) }, '60s', viewOf(store))
  const results = () => (state.page.is === 'checklist' ? state.page.run!.results : [])
  for (const atMs of [5000, 8000]) state = update(state, { do: 'passed', atMs }, store).state
  t.is(results().length, 0)
  state = update(state, { do: 'passed', atMs: 11_000 }, store).state
  t.is(results().length, 1)
  for (let i = 1; i < 10; i++) state = update(state, { do: 'enter' }, store).state
  t.is(results().length, 10)
  t.true(reportLines('60s', results()).some((line) => line.startsWith('LOOK  pidstat 1: loop 7')))
  t.is(update(state, { do: 'enter' }, store).state.page.is, 'panel')
})

test('of scripts at most two run at a time', (t) => {
  const scripts = { opensnoop: 'opensnoop', slowfs: 'slowfs', pagecache: 'pagecache', profile: 'profile' }
  const results = Array.from({ length: 12 }, () => ({
    step: '',
    command: '',
    is: 'fine' as const,
    sentence: '',
    to: { panel: '' },
  }))
  for (let done = 0; done < 11; done++) {
    const wanted: readonly string[] = checklistProbes({ which: 'bcc', results: results.slice(0, done), scripts })
    t.true(wanted.filter((probe) => probe in scripts || probe === 'execsnoop').length <= 2)
  }
})

test('figures that do not fit go below, with the first column again', (t) => {
  const columns = [{ title: 'disk' }, ...['r/s', 'w/s', '%util'].map((title) => ({ title, digits: 1 }))]
  t.deepEqual(figureLines({ columns, rows: [['vda', 1, 22.25, null]] }, 13), [
    'disk r/s  w/s',
    'vda  1.0 22.3',
    'disk %util',
    'vda      -',
  ])
})

test('of several findings the worst is said, with how many more there are', (t) => {
  const busy = (...ticks: number[]) =>
    fakeMachine(t, { tasks: ticks.map((each, i) => ({ pid: 7 + i, comm: `t${i}`, state: 'R', ticks: each })) })
  // of 500 ticks: 90 % is what stands out, 1000 % is bad
  t.regex(judged(busy(500), 'pidstat 1').sentence, /^t0 7 takes 100% of a CPU \(/)
  t.regex(judged(busy(450, 500), 'pidstat 1').sentence, /^t1 8 takes 100% of a CPU, and 1 more \(/)
  t.regex(judged(busy(500, 450, 475), 'pidstat 1').sentence, /^t0 7 takes 100% of a CPU, and 2 more \(/)
  t.like(judged(busy(450, 500), 'pidstat 1'), { is: 'look', to: { row: { pid: 8 } } })
})

test('all steps of a machine at work, as they are printed', (t) => {
  const store = fakeMachine(t, {
    load: 1.25,
    cpus: [
      [100, 10, 50, 300, 20, 5, 10, 5],
      [200, 0, 100, 200, 0, 0, 0, 0],
    ],
    running: 3,
    blocked: 1,
    vmstat: { pswpin: 5, pswpout: 10 },
    tcp: { ActiveOpens: 10, PassiveOpens: 5, OutSegs: 1000, InSegs: 900, RetransSegs: 1 },
    nics: { eth0: { rxBytes: 5e6, txBytes: 1e6, rxDrops: 1 } },
    tasks: [
      { pid: 7, comm: 'sh', state: 'S', ticks: 25, waitNs: 5e7, residentPages: 1000 },
      { pid: 8, comm: 'make', state: 'R', ticks: 250, waitNs: 1e9, residentPages: 5000 },
      { pid: 9, comm: 'gone', state: 'Z' },
    ],
    disk: { 1: 50, 3: 4000, 4: 100, 5: 20, 7: 1600, 8: 80, 10: 700, 11: 180 },
  })
  const { steps } = checklistOf('60s')
  const results = steps.map((step) => judge(step, viewOf(store), { scripts: {} }))
  golden(t, 'checklist-60s', reportLines('60s', results).join('\n'))
})

test('steps: what each asks, of what, by which rules, and where it leads', (t) => {
  goldenValue(
    t,
    'checklist-steps',
    CHECKLISTS.map(({ id, steps }) => ({
      id,
      steps: steps.map(({ figures, rules, ...step }) => ({
        ...step,
        figures: figures !== undefined,
        rules: rules.map((rule) => `${rule.id}: ${limitsText(rule)}`),
      })),
    })),
  )
})

test('what runs for a step: what is cheap all along, scripts one step ahead', (t) => {
  const scripts = { opensnoop: 'O', slowfs: 'S', pagecache: 'P', profile: 'F' }
  const wanted = (done: number): readonly string[] =>
    checklistProbes({ which: 'bcc', scripts, results: Array(done).fill(result) })
  const result = { step: '', command: '', is: 'fine' as const, sentence: '', to: { panel: '' } }
  const own = (...more: string[]) => ['block', 'sched', 'tcp', ...more].toSorted()
  t.deepEqual(wanted(0).toSorted(), own('O', 'execsnoop').toSorted())
  t.deepEqual(wanted(1).toSorted(), own('O', 'S').toSorted())
  t.deepEqual(wanted(2).toSorted(), own('S'))
  t.deepEqual(wanted(9).toSorted(), own('F'))
  t.deepEqual(wanted(11), [], 'it is over')
  t.deepEqual(checklistProbes(undefined), [])
})
