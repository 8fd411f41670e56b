import test from 'ava'
import { RULES } from '../../src/app/verdict/rules.ts'
import { editedSched } from '../helpers/sched.ts'
import { editedBlock } from '../helpers/block.ts'
import { verdictOf, type Thresholds } from '../../src/app/verdict/verdict.ts'
import { CONTAINERS } from '../../src/engine/probes/containers/spec.ts'
import { KERNEL } from '../../src/engine/probes/kernel/spec.ts'
import { MEMORY } from '../../src/engine/probes/memory/spec.ts'
import { NETWORK } from '../../src/engine/probes/network/spec.ts'
import { WAITS } from '../../src/engine/probes/waits/spec.ts'
import { createStore, type Store } from '../../src/model/store.ts'
import type { ProbeSpec } from '../../src/stream/spec.ts'
import type { TableCell } from '../../src/stream/tables.ts'
import type { SchedProc } from '../../src/stream/sched.ts'
import type { Message } from '../../src/stream/types.ts'
import { golden } from '../helpers/golden.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { endMs, fakeHist, fakeStream, randomFrom, START_MS } from '../helpers/stream.ts'
import { syscallTables } from '../../src/model/syscalls.ts'
import { asTcp, tcpTables, type TcpView } from '../helpers/tcp.ts'

const TICKS = 70
const S = 1e9

const edit =
  (change: Parameters<typeof editedSched>[1]) =>
  (messages: Message[]): Message[] =>
    messages.map((message) =>
      message.type === 'sample' && message.probe === 'sched'
        ? { ...message, data: editedSched(message.data, change) }
        : message,
    )

const editBlock =
  (change: Parameters<typeof editedBlock>[1]) =>
  (messages: Message[]): Message[] =>
    messages.map((message) =>
      message.type === 'sample' && message.probe === 'block'
        ? { ...message, data: editedBlock(message.data, change) }
        : message,
    )
const editTcp =
  (change: (data: TcpView) => Partial<TcpView>) =>
  (messages: Message[]): Message[] =>
    messages.map((message) => {
      if (message.type !== 'sample' || message.probe !== 'tcp') return message
      const data = asTcp(message.data)
      return { ...message, data: tcpTables({ ...data, ...change(data) }) }
    })

/** A probe that describes itself, with one row in a table and totals, in every interval. */
const described =
  (spec: ProbeSpec, table: string, row: Record<string, TableCell>, totals: Record<string, number> = {}) =>
  (messages: Message[]): Message[] => [
    ...messages.slice(0, 1),
    { type: 'probe', atMs: START_MS, spec },
    { type: 'status', atMs: START_MS, probe: spec.id as never, status: { is: 'live' } },
    ...messages
      .slice(1)
      .flatMap((message): Message[] =>
        message.type === 'sample' && message.probe === 'sched'
          ? [
              message,
              {
                ...message,
                probe: spec.id as never,
                data: {
                  tables: { [table]: { columns: Object.keys(row), rows: [Object.values(row)] } },
                  hists: {},
                  totals,
                },
              },
            ]
          : [message],
      ),
  ]

/** Of the first process. */
const first = (change: (proc: SchedProc) => Partial<SchedProc>) =>
  edit(({ procs }) => ({ procs: procs.map((proc, i) => (i === 0 ? { ...proc, ...change(proc) } : proc)) }))

/** The made-up machine, without what is made up to be wrong on it. */
const healthy = (): Message[] =>
  editBlock(({ disks }) => ({ disks: disks.filter(({ name }) => name !== 'sda') }))(
    editTcp(({ listeners }) => ({ listeners: listeners.map((each) => ({ ...each, backlog: 1 })) }))(
      fakeStream({ ticks: TICKS }),
    ),
  )

const storeOf = (messages: readonly Message[]): Store => {
  const store = createStore()
  for (const message of messages) store.add(message)
  return store
}

const findingsOf = (messages: readonly Message[], thresholds?: Thresholds): [string, string, string][] =>
  verdictOf(storeOf(messages), { thresholds }).findings.map(({ rule, role, sentence }) => [rule.id, role, sentence])

const hist = (ns: number, count = 1000) => fakeHist(randomFrom(1), [[ns, count, 0]])

/** What makes a figure so many times as large as what stands out, and the sentence at twice that. */
const CASES: Record<string, { make(times: number): (messages: Message[]) => Message[]; says: string | RegExp }> = {
  uninterruptible: {
    make: (times) =>
      first(() => ({ diskNs: 0.4 * times * S, calls: [{ call: 'fsync', state: 'D', ns: 0.4 * times * S }] })),
    says: 'postgres 812: 80.0% uninterruptible in fsync',
  },
  'held-io': {
    make: (times) => first(() => ({ heldIo: { by: 'limit', threads: times, ns: S, cgroup: '/batch' } })),
    says: 'postgres 812: 2 threads wait for the I/O limit of /batch',
  },
  'cpu-quota': {
    make: (times) =>
      edit(() => ({
        quotas: [{ cgroup: '/api', cpus: 0.5, periods: 100, throttledPeriods: 10 * times, throttledNs: S }],
      })),
    says: 'group /api: CPU quota of 0.5 used up in 20.0% of its periods',
  },
  'run-queue': {
    make: (times) => edit(() => ({ runq: hist(20e6 * times) })),
    says: /^run queue p99 \d\d\.\dms, postgres 812 waits most$/,
  },
  'cpu-shortage': {
    make: (times) => first(() => ({ waitNs: 8 * times * S })),
    says: /^CPUs are short: 2\.\d+ threads wait for each of 8, most of postgres 812$/,
  },
  'disk-latency': {
    make: (times) =>
      editBlock(({ disks }) => ({
        disks: [{ ...disks[0]!, total: hist(100e6 * times), queued: hist(1e6), device: hist(100e6 * times) }],
      })),
    says: /^nvme0n1: p99 of reads \d+ms, most of it in the device$/,
  },
  'disk-errors': {
    make: (times) => (messages) => {
      const last = messages.filter(({ type }) => type === 'sample').at(-1)!.atMs
      return messages.map((message) =>
        message.type === 'sample' && message.probe === 'block' && message.atMs === last
          ? {
              ...message,
              data: editedBlock(message.data, ({ disks }) => ({
                disks: [{ ...disks[0]!, errors: Math.floor(times) }],
              })),
            }
          : message,
      )
    },
    says: 'nvme0n1: 2 reads failed',
  },
  retransmits: {
    make: (times) => editTcp(({ sessions }) => ({ sessions: [{ ...sessions[0]!, retransmits: 5 * times }] })),
    says: 'postgres 812: 10 retransmits/s to 10.0.0.21',
  },
  ...Object.fromEntries(
    (
      [
        ['refused', 'refused', 1, 'postgres 812: 2.0 connections/s refused by 10.0.0.21:40001'],
        ['reset', 'reset', 1, 'postgres 812: 2.0 connections/s reset by 10.0.0.21:40001'],
        ['timeouts', 'timeout', 0.2, 'postgres 812: 0.4 connections/s timed out to 10.0.0.21:40001'],
      ] as const
    ).map(([id, closed, warn, says]) => [
      id,
      {
        make: (times: number) => (messages: Message[]) => {
          // so many of ten intervals have one, or each so many
          const each = warn * times
          let due = 0
          return editTcp(({ sessions }) => {
            due += each
            const now = Math.floor(due + 1e-9)
            due -= now
            return { sessions: Array.from({ length: now }, (_, i) => ({ ...sessions[0]!, id: `x${i}`, closed })) }
          })(messages)
        },
        says,
      },
    ]),
  ),
  backlog: {
    make: (times) =>
      editTcp(({ listeners }) => ({ listeners: [{ ...listeners[0]!, backlog: 60 * times, backlogMax: 100 }] })),
    says: 'postgres: queue of 0.0.0.0:5432 120% full, nobody accepts',
  },
  'listen-overflow': {
    make: (times) => (messages) => {
      let due = 0
      return editTcp(({ listeners }) => {
        due += 0.2 * times
        const drops = Math.floor(due + 1e-9)
        due -= drops
        return { listeners: [{ ...listeners[0]!, drops }] }
      })(messages)
    },
    says: 'postgres: 0.4 connections/s to 0.0.0.0:5432 dropped, nobody accepts them in time',
  },
  'peer-window': {
    make: (times) =>
      editTcp(({ sessions }) => ({
        sessions: [{ ...sessions[0]!, window: 0, unsent: 70_000, windowNs: 0.5 * times * S }],
      })),
    says: 'postgres 812: 100% of the time 10.0.0.21:40001 takes no more (window 0)',
  },
  'not-read': {
    make: (times) => (messages) => {
      const last = messages.filter(({ type }) => type === 'sample').at(-1)!.atMs
      return editTcp(({ sessions }) => ({
        sessions: [{ ...sessions[0]!, unread: 70_000, receiveFull: 50, unreadSinceMs: last - 5000 * times }],
      }))(messages)
    },
    says: 'postgres 812: reads nothing from 10.0.0.21:40001 for 10.0s, buffer half full',
  },
  'call-errors': {
    make: (times) => (messages) => {
      let due = 0
      return messages.map((message) => {
        if (message.type !== 'sample' || message.probe !== 'syscalls') return message
        due += 0.2 * times
        const count = Math.floor(due + 1e-9)
        due -= count
        const calls = [{ name: 'write', count: 9, errors: 9, errnos: [{ errno: 'ENOSPC', count }] }]
        return { ...message, data: syscallTables({ calls, procs: [], detail: true }) }
      })
    },
    says: 'write fails with ENOSPC 0.4 times/s',
  },
  'memory-pressure': {
    make: (times) => described(MEMORY, 'procs', { pid: 1 }, { someNs: 0.1 * times * S }),
    says: 'memory is short: something waited for it 20.0% of the time',
  },
  reclaim: {
    make: (times) => described(MEMORY, 'procs', { pid: 812, comm: 'postgres', reclaimNs: 0.05 * times * S }),
    says: 'postgres 812: 10.0% of the time freeing memory before it gets any',
  },
  'swap-in': {
    make: (times) => described(MEMORY, 'procs', { pid: 1 }, { swapInBytes: 2 ** 20 * times }),
    says: 'memory is short: 2.00M/s come back from swap',
  },
  'out-of-memory': {
    make: (times) => described(MEMORY, 'procs', { pid: 1 }, { oomKills: Math.floor(times) / 60 }),
    says: /^out of memory: the kernel killed [12] process(es)?$/,
  },
  'group-memory': {
    make: (times) =>
      described(CONTAINERS, 'groups', { cgroup: '/a', name: 'web', memoryPressureNs: 0.1 * times * S, oomKills: 0 }),
    says: 'group web: waits for memory 20.0% of the time',
  },
  'group-out-of-memory': {
    make: (times) =>
      described(CONTAINERS, 'groups', { cgroup: '/a', name: 'web', memoryPressureNs: 0, oomKills: Math.floor(times) }),
    says: 'group web: at its memory limit 120 of it killed',
  },
  'kernel-work': {
    make: (times) => described(KERNEL, 'cpus', { cpu: 3, kind: 'softirq', name: 'net_rx', ns: 0.5 * times * S }),
    says: 'CPU 3: softirq net_rx takes 100% of it',
  },
  drops: {
    make: (times) =>
      described(NETWORK, 'drops', {
        reason: 'QDISC_DROP',
        place: 'tbf_enqueue',
        protocol: 'IPv4',
        packets: 10 * times,
        bytes: 1000,
      }),
    says: '20 packets/s dropped for want of room: QDISC_DROP in tbf_enqueue',
  },
  'socket-drops': {
    make: (times) =>
      described(NETWORK, 'sockets', { id: '5', pid: 7, comm: 'named', kind: 'udp', local: '0.0.0.0:53', drops: times }),
    says: 'named 7: 2.0 packets/s dropped by 0.0.0.0:53, its buffer is full',
  },
  deadlock: {
    make: (times) => described(WAITS, 'chains', { tid: 5, chain: 'a -> b -> a', closed: times >= 1 ? 2 : 0 }),
    says: 'deadlock of 1 thread: a -> b -> a',
  },
  stolen: {
    make: (times) => (messages) =>
      messages.map((message) =>
        message.type === 'host' ? { ...message, stolenMs: (message.atMs - START_MS) * 8 * 0.05 * times } : message,
      ),
    says: 'the hypervisor gave 10.0% of the CPUs to others',
  },
  lost: {
    make: (times) => (messages) =>
      messages.map((message) =>
        message.type === 'sample' && message.probe === 'sched'
          ? { ...message, lost: Math.round(message.data.totals['stays']! * 0.0101 * times) }
          : message,
      ),
    says: /^sched: probetop lost (1\.9|2\.)\d*% of it$/,
  },
}

const RARE = ['timeouts', 'call-errors', 'listen-overflow']

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
  for (const atMs of store.ticks()) t.deepEqual(verdictOf(store, { atMs }).findings, [])
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
        diskNs: 0.25 * S,
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
  const { checks } = verdictOf(storeOf(counted as Message[]), {})
  const blind = checks.filter(({ is }) => is === 'blind').map(({ rule }) => rule.id)
  for (const id of ['uninterruptible', 'held-io', 'run-queue', 'call-errors', 'memory-pressure', 'stolen'])
    t.true(blind.includes(id), id)
  t.false(blind.includes('cpu-shortage'))
})

test('after a start nothing is said before there is enough to say it of', (t) => {
  const { findings, checks } = verdictOf(storeOf(CASES.backlog!.make(2)(fakeStream({ ticks: 2 }))), {})
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
    golden(t, `${width}x${height}/verdict`, screen.text())
  })
