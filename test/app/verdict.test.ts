import test from 'ava'
import { viewOf } from '../../src/model/view.ts'
import { RULES } from '../../src/app/verdict/rules.ts'
import { verdictOf, worstText } from '../../src/app/verdict/verdict.ts'
import type { Thresholds } from '../../src/app/rule.ts'
import { planOf } from '../../src/model/scripts/plan.ts'
import { specOfScript } from '../../src/model/scripts/spec.ts'
import { createStore, type Store } from '../../src/model/store.ts'
import type { SchedProc } from '../../src/stream/sched-types.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import type { DescribedId } from '../../src/stream/probe-ids.ts'
import { golden } from '../helpers/golden.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { endMs, fakeHist, fakeStream, randomFrom } from '../helpers/stream.ts'
import { CASES, RARE } from './verdict-cases.ts'
import { edit, editBlock, editTcp, healthy, S, TICKS } from './verdict-machine.ts'

const storeOf = (messages: readonly Message[]): Store => {
  const store = createStore()
  for (const message of messages) store.add(message)
  return store
}

const findingsOf = (messages: readonly Message[], thresholds?: Thresholds): [string, string, string][] =>
  verdictOf(viewOf(storeOf(messages)), { thresholds }).findings.map(({ rule, role, sentence }) => [
    rule.id,
    role,
    sentence,
  ])

test('every rule has a case here', (t) => {
  t.deepEqual(Object.keys(CASES).sort(), RULES.map(({ id }) => id).sort())
})

for (const [id, { make, says }] of Object.entries(CASES)) {
  test(`${id}: not below its threshold, and in words above it`, (t) => {
    t.deepEqual(
      // of rare events one more or less is much
      findingsOf(make(RARE.includes(id) ? 0.5 : 0.9)(healthy())).filter(([rule]) => rule === id),
      [],
    )
    const found = findingsOf(make(2)(healthy())).filter(([rule]) => rule === id)
    t.is(found.length, 1)
    const [, , sentence] = found[0]!
    if (typeof says === 'string') t.is(sentence, says)
    else t.regex(sentence, says)
  })
}

test('of a healthy machine nothing stands out, at no instant', (t) => {
  const store = storeOf(healthy())
  for (const atMs of store.ticks()) t.deepEqual(verdictOf(viewOf(store, [], atMs), {}).findings, [])
})

test('a burst that is shorter than a rule’s time is held against all of it', (t) => {
  const burst = (ticks: number) => (messages: Message[]) =>
    messages.map((message) =>
      message.type === 'sample' && message.probe === 'sched' && message.atMs > endMs({ ticks: TICKS - ticks })
        ? (CASES.uninterruptible!.make(1.5)([message])[0] as Message)
        : message,
    )
  t.deepEqual(findingsOf(burst(1)(healthy())), [])
  t.is(findingsOf(burst(4)(healthy())).length, 1)
})

test('what comes and goes is summed up by its name', (t) => {
  let pid = 5000
  const short = edit(({ procs }) => ({
    procs: [
      ...procs,
      ...[1, 2].map((): SchedProc => ({
        ...procs[0]!,
        pid: pid++,
        comm: 'dd',
        exited: true,
        uninterruptibleNs: 0.25 * S,
        calls: [{ call: 'fsync', state: 'D', ns: 0.25 * S }],
      })),
    ],
  }))
  t.deepEqual(findingsOf(short(healthy())), [['uninterruptible', 'warn', 'dd: 50.0% uninterruptible in fsync']])
  const knocking = editTcp(({ sessions }) => ({
    sessions: [1, 2].map((i) => ({ ...sessions[0]!, id: `${pid}${i}`, pid: pid++, comm: 'sh', closed: 'refused' })),
  }))
  t.deepEqual(findingsOf(knocking(healthy())), [
    ['refused', 'warn', 'sh: 2.0 connections/s refused by 10.0.0.21:40001'],
  ])
})

test('a disk that is so slow that it does little is found by its p90; of less nothing can be told', (t) => {
  const reads = (each: number) =>
    editBlock(({ disks }) => ({ disks: [{ ...disks[0]!, total: slow(each), queued: slow(0), device: slow(each) }] }))
  const slow = (count: number) => fakeHist(randomFrom(1), [[300e6, count, 0]])
  t.deepEqual(
    findingsOf(reads(1)(healthy())).map(([rule, , sentence]) => [rule, sentence.replace(/\d+ms/, 'V')]),
    [['disk-latency', 'nvme0n1: p90 of reads V, most of it in the device']],
  )
  const { checks } = verdictOf(viewOf(storeOf(reads(0.5)(healthy()))), {
    thresholds: { 'disk-latency': { overMs: 5000 } },
  })
  t.like(
    checks.find(({ rule }) => rule.id === 'disk-latency'),
    { is: 'blind', why: 'fewer than 10 operations of a kind, too few for a percentile' },
  )
})

test('of several ports of a host none is said to be the one', (t) => {
  const refusing = (ports: number[]) =>
    editTcp(({ sessions }) => ({
      sessions: ports.map((remotePort, i) => ({ ...sessions[0]!, id: `${i}`, remotePort, closed: 'refused' })),
    }))
  const said = (ports: number[]) => findingsOf(refusing(ports)(healthy())).map(([, , sentence]) => sentence)
  t.deepEqual(said([80, 80]), ['postgres 812: 2.0 connections/s refused by 10.0.0.21:80'])
  t.deepEqual(said([80, 81]), ['postgres 812: 2.0 connections/s refused by 10.0.0.21'])
})

test('thresholds are the rule’s own, or those of the configuration', (t) => {
  const stream = CASES.uninterruptible!.make(1.2)(healthy())
  t.is(findingsOf(stream)[0]?.[1], 'warn')
  t.is(findingsOf(stream, { uninterruptible: { bad: 45 } })[0]?.[1], 'bad')
  t.deepEqual(findingsOf(stream, { uninterruptible: { warn: 60 } }), [])
})

test('what cannot be told is not said to be fine', (t) => {
  const counted = healthy().map((message) =>
    message.type === 'sample' && message.probe === 'sched'
      ? { ...message, tier: { is: 'counted' as const, why: 'it is expensive', retryMs: 0 } }
      : message,
  )
  const { checks } = verdictOf(viewOf(storeOf(counted as Message[])), {})
  const blind = checks.filter(({ is }) => is === 'blind').map(({ rule }) => rule.id)
  for (const id of ['uninterruptible', 'held-io', 'run-queue', 'call-errors', 'memory-pressure', 'stolen'])
    t.true(blind.includes(id), id)
  t.false(blind.includes('cpu-shortage'))
})

test('after a start nothing is said before there is enough to say it of', (t) => {
  const { findings, checks } = verdictOf(viewOf(storeOf(CASES.backlog!.make(2)(fakeStream({ ticks: 2 })))), {})
  t.deepEqual(findings, [])
  t.false(checks.some(({ rule, is }) => rule.id === 'backlog' && is === 'fine'))
})

test('the worst is in the header, all of it on a page, and Enter leads to who it is about and back', (t) => {
  const screen = fakeScreen({ ticks: TICKS, messages: CASES.uninterruptible!.make(2.5)(healthy()) })
  t.regex(screen.text().split('\n')[1]!, /!! postgres 812: 100% uninterruptible in fsync/)
  screen.press('!')
  t.regex(screen.text(), /Cannot be told now/)
  screen.press('enter')
  t.deepEqual(screen.state.page.is === 'panel' && screen.state.page.panel, 'offcpu')
  t.is(screen.state.byPanel.offcpu.mode, 'D')
  t.is(screen.state.byPanel.offcpu.selected?.pid, 812)
  screen.press('escape')
  t.is(screen.state.page.is, 'verdict')
  screen.press('escape')
  t.is(screen.state.page.is, 'overview')
})

for (const [width, height] of [
  [80, 24],
  [120, 36],
  [200, 50],
] as const)
  test(`page at ${width}x${height}`, (t) => {
    const screen = fakeScreen({ ticks: TICKS, width, height })
    screen.press('!', 'down')
    golden(t, `${width}x${height}/verdict`, screen.picture())
  })

test('what each rule finds just over its threshold, where that leads, and the worst of what is fine', (t) => {
  const told = Object.entries(CASES).flatMap(([id, { make }]) => {
    const { findings, checks } = verdictOf(viewOf(storeOf(make(RARE.includes(id) ? 2 : 1.2)(healthy()))), {})
    const worst = checks.find(({ rule }) => rule.id === id)!
    return [
      `${id}: ${worst.is}`,
      ...findings.map(
        ({ rule, key, role, weight, sentence, to }) =>
          `  ${rule.id} ${key} ${role} ${weight.toPrecision(4)}: ${sentence} ${JSON.stringify(to)}`,
      ),
    ]
  })
  const { checks } = verdictOf(viewOf(storeOf(healthy())), {})
  const fine = checks.map((check) =>
    [
      check.rule.id,
      check.is,
      check.is === 'fine' ? worstText(check).replace(/^none$/, '-') : check.is === 'blind' ? check.why : '',
    ].join(' '),
  )
  golden(t, 'verdict', [...told, ...fine].join('\n'))
})

test('of findings that weigh the same the order is that of their words', (t) => {
  const full = editTcp(({ listeners }) => ({
    listeners: ['b', 'c', 'a'].map((comm, i) => ({
      ...listeners[0]!,
      comm,
      pid: 900 + i,
      localPort: i,
      backlog: 128,
      backlogMax: 128,
    })),
  }))
  t.deepEqual(
    findingsOf(full(healthy())).flatMap(([rule, , sentence]) => (rule === 'backlog' ? [sentence[0]] : [])),
    ['a', 'b', 'c'],
  )
})

test('where nothing happens nothing is the worst, and nothing stands out', (t) => {
  const calm = (messages: Message[]): Message[] =>
    editBlock(() => ({ disks: [], procs: [] }))(
      editTcp(() => ({ sessions: [], listeners: [] }))(edit(() => ({ procs: [], quotas: [] }))(messages)),
    )
  const { findings, checks } = verdictOf(viewOf(storeOf(calm(healthy()))), {})
  t.deepEqual(findings, [])
  const worst = (is: string): string =>
    checks
      .flatMap((each) => (each.is === 'fine' && worstText(each) === is ? [each.rule.id] : []))
      .sort()
      .join(' ')
  t.is(worst('0%'), 'backlog uninterruptible')
  t.is(worst('0'), 'cpu-shortage disk-errors held-io')
  t.is(worst('0/s'), 'listen-overflow refused reset retransmits timeouts')
  t.is(worst('none'), 'cpu-quota disk-latency lost not-read peer-window', 'of what is not there nothing is known')
})

test('what is lost of a probe leads to the panel that shows it', (t) => {
  const losing = (probe: string): Message[] =>
    fakeStream({ ticks: TICKS, exec: true }).map((message) =>
      message.type === 'sample' && message.probe === probe ? { ...message, lost: 1e6 } : message,
    )
  const goals = ['sched', 'block', 'tcp', 'syscalls', 'execsnoop'].map((probe) => {
    const { findings } = verdictOf(viewOf(storeOf(losing(probe))), {})
    return findings.flatMap(({ rule, to }) => (rule.id === 'lost' ? [to.panel] : [])).join(' ')
  })
  t.deepEqual(goals, ['offcpu', 'block', 'tcp', 'syscalls', 'exec'])
})

test('a script that loses much is called as its panel is', (t) => {
  const text = '// title: every word\nk:a { printf("%d %s\\n", pid, comm); }'
  const spec = specOfScript(planOf({ name: 'one-liner-3', text, taken: () => false }))
  const data = { tables: { events: { columns: ['ago', 'c0', 'c1'], rows: [[1, 2, 'a']] } }, hists: {}, totals: {} }
  const messages = fakeStream({ ticks: TICKS }).flatMap((message): Message[] =>
    message.type === 'sample' && message.probe === 'sched'
      ? [message, { ...message, probe: spec.id as DescribedId, lost: 900, data } as Message]
      : [message],
  )
  messages.splice(1, 0, { type: 'probe', atMs: messages[0]!.atMs, spec })
  const { findings } = verdictOf(viewOf(storeOf(messages)), {})
  const found = findings.find(({ rule }) => rule.id === 'lost')
  t.is(found?.sentence, '99.9% of every word lost: probetop cannot keep up')
  t.is(found?.to.panel, spec.id)
})

test('a listener without a queue, or of which that is not known, has none that is full', (t) => {
  const queue = (backlog: number | null, backlogMax: number | null) =>
    findingsOf(
      editTcp(({ listeners }) => ({ listeners: listeners.map((each) => ({ ...each, backlog, backlogMax })) }))(
        healthy(),
      ),
    ).filter(([id]) => id === 'backlog').length
  t.deepEqual([queue(3, 0), queue(0, 0), queue(null, 5), queue(5, null), queue(0, 5)], [0, 0, 0, 0, 0])
  t.is(queue(5, 5), 3)
})

test('who owns what is found: a process, its name alone, or somebody', (t) => {
  const said = (pid: number | null, comm: string | null) => [
    ...findingsOf(
      editTcp(({ listeners, sessions }) => ({
        listeners: [{ ...listeners[0]!, pid, comm, backlog: 128, backlogMax: 128 }],
        sessions: [{ ...sessions[0]!, pid, comm, retransmits: 10 }],
      }))(healthy()),
    ).map(([, , sentence]) => sentence.split(':')[0]),
  ]
  t.deepEqual(said(7, 'a'), ['a 7', 'a 7'])
  t.deepEqual(said(0, 'a').toSorted(), ['a', 'somebody'])
  t.deepEqual(said(null, null), ['somebody', 'somebody'])
})
