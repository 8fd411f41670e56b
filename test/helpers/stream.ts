// A made-up but plausible stream, the same on every run: a database, a web server, a load generator, and names that
// try to break a screen. For frames, stores and benchmarks; real probes have tests of their own.
import { slotOf, SLOTS } from '../../src/model/base/histogram.ts'
import type { CostMessage } from '../../src/stream/cost-message.ts'
import type { SchedCpu, SchedData, SchedProc, SchedThread } from '../../src/stream/sched-types.ts'
import type { AnySample, Hist, Hello, HostFacts, Message } from '../../src/stream/stream-types.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { schedTables } from '../../src/model/sched-tables.ts'
import { SCHED } from '../../src/stream/specs/sched.ts'
import { blockTables } from '../../src/model/block.ts'
import { BLOCK } from '../../src/stream/specs/block.ts'
import { EXECSNOOP, type ExecEvent } from '../../src/stream/specs/execsnoop.ts'
import { syscallTables } from '../../src/model/syscalls.ts'
import { SYSCALLS } from '../../src/stream/specs/syscalls.ts'
import { TCP, type TcpSession } from '../../src/stream/specs/tcp.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import { execTables } from './exec.ts'
import { tcpTables } from './tcp.ts'
import type { ProcessMessage } from '../../src/stream/process-message.ts'
import type { StacksData } from '../../src/stream/stack-types.ts'
import { SCHEMA } from '../../src/stream/stream-types.ts'

export const START_MS = Date.UTC(2026, 0, 15, 12, 0, 0)

export interface FakeOptions {
  ticks?: number
  intervalMs?: number
  detail?: boolean
  targetPid?: number
  /** Names with escapes, tags, line ends and wide characters. */
  hostile?: boolean
  exec?: boolean
  /** What the probes cost. */
  cost?: boolean
  stacks?: boolean
  /** Waits of each CPU. */
  cpus?: boolean
  /** Ordinary processes beside the named ones. */
  crowd?: number
}

export const fakeHello = (intervalMs = 1000): Hello => ({
  type: 'hello',
  schema: SCHEMA,
  version: '0.1.0',
  host: 'db-7',
  kernel: '6.12.9-amd64',
  arch: 'x64',
  cpus: 8,
  atMs: START_MS,
  intervalMs,
})

const FAKED: readonly ProbeId[] = ['sched', 'block', 'tcp', 'syscalls', 'execsnoop', 'stacks']

const isOff = (probe: ProbeId, { exec, stacks }: FakeOptions): boolean =>
  (probe === 'execsnoop' && !exec) || (probe === 'stacks' && !stacks)

/** Everything a screen would have received after so many ticks. */
export const fakeStream = (options: FakeOptions = {}): Message[] => {
  const { ticks = 60, intervalMs = 1000 } = options
  const messages: Message[] = [fakeHello(intervalMs)]
  for (const spec of [SCHED, BLOCK, SYSCALLS, TCP, EXECSNOOP]) messages.push({ type: 'probe', atMs: START_MS, spec })
  for (const probe of FAKED) {
    messages.push({
      type: 'status',
      atMs: START_MS,
      probe,
      status: isOff(probe, options) ? { is: 'off' } : { is: 'live' },
    })
  }
  for (let tick = 1; tick <= ticks; tick++) messages.push(...fakeTick(tick, options))
  return messages
}

/** A database that waits for its disk, for a lock and for its clients. */
const stacksData = (tick: number, { hostile, targetPid }: FakeOptions): StacksData => ({
  mode: 'offcpu',
  ...(targetPid ? { of: { is: 'process', pid: targetPid } } : {}),
  thresholdNs: 0,
  frames: [
    { name: '__schedule', kind: 'kernel' },
    { name: 'schedule', kind: 'kernel' },
    { name: 'futex_wait', kind: 'kernel' },
    { name: 'jbd2_log_wait_commit', kind: 'kernel', module: 'jbd2' },
    { name: 'ext4_sync_file', kind: 'kernel', module: 'ext4' },
    { name: 'ep_poll', kind: 'kernel' },
    { name: 'main', kind: 'user', module: 'postgres' },
    { name: 'PostmasterMain', kind: 'user', module: 'postgres' },
    { name: 'WaitEventSetWait', kind: 'user', module: 'postgres' },
    { name: 'XLogWrite', kind: 'user', module: 'postgres' },
    { name: 'LWLockAcquire', kind: 'user', module: 'postgres' },
    { name: hostile ? '\u001b[2J{red-fg}<T>' : 'LazyCompile:*query /srv/app/db.js:12', kind: 'jit', module: '[anon]' },
    { name: '[unknown]', kind: 'unknown', module: 'libcrypto.so.3' },
  ],
  stacks: [
    {
      pid: 812,
      comm: 'postgres',
      state: 'S',
      ns: 610e6 + tick * 1e6,
      count: 40,
      maxNs: 50e6,
      kernel: [0, 1, 5],
      user: [8, 7, 6],
    },
    {
      pid: 812,
      comm: 'postgres',
      state: 'D',
      ns: 240e6,
      count: 12,
      maxNs: 61e6,
      kernel: [0, 1, 3, 4],
      user: [9, 7, 6],
    },
    {
      pid: 812,
      comm: 'postgres',
      state: 'S',
      ns: 90e6,
      count: 300,
      maxNs: 2e6,
      kernel: [0, 1, 2],
      user: [10, 9, 7, 6],
      waker: { pid: 812, comm: 'postgres', kernel: [2], user: [9, 7, 6] },
    },
    {
      pid: 812,
      comm: 'postgres',
      state: 'R',
      ns: 4e6,
      count: 9,
      maxNs: 1e6,
      kernel: [0, 1],
      user: [12],
      cut: 'no frame pointers',
    },
    { pid: 4711, comm: 'node', state: 'S', ns: 30e6, count: 3, maxNs: 20e6, kernel: [0, 1, 5], user: [11] },
  ],
  others: { ns: 7e6, count: 3 },
})

export const endMs = ({ ticks = 60, intervalMs = 1000 }: FakeOptions = {}): number => START_MS + ticks * intervalMs

type FakeMessage = HostFacts | ProcessMessage | AnySample | CostMessage

const made = new Map<string, FakeMessage[]>()

/** The same messages for the same tick: making them takes longer than most of what is tested with them. */
export const fakeTick = (tick: number, options: FakeOptions = {}): FakeMessage[] => {
  const { intervalMs, detail, targetPid, hostile, exec, cost, stacks, cpus, crowd } = options
  const key = JSON.stringify([tick, intervalMs, detail, targetPid, hostile, exec, cost, stacks, cpus, crowd])
  const messages = made.get(key) ?? makeTick(tick, options)
  made.set(key, messages)
  return messages
}

const makeTick = (tick: number, options: FakeOptions): FakeMessage[] => {
  const { intervalMs = 1000 } = options
  const atMs = START_MS + tick * intervalMs
  const random = randomFrom(tick)
  const head = { type: 'sample' as const, atMs, intervalMs, lost: 0 }
  return [
    { type: 'host', atMs, intervalMs, uptimeS: 273_900 + tick, load: [1.52 + wave(tick) / 4, 1.2, 0.85] },
    ...(options.targetPid ? [fakeProcess(atMs, options.targetPid)] : []),
    { ...head, probe: 'sched', data: schedTables(schedData(tick, random, options)) },
    { ...head, probe: 'block', data: blockData(tick, random, options) },
    { ...head, probe: 'tcp', data: tcpData(tick, atMs, options) },
    { ...head, probe: 'syscalls', data: syscallsData(tick, random, options) },
    ...(options.exec ? [{ ...head, probe: 'execsnoop' as const, data: execData(tick, atMs) }] : []),
    ...(options.cost ? [costs(tick, atMs, options)] : []),
    ...(options.stacks ? [{ ...head, probe: 'stacks' as const, data: stacksData(tick, options) }] : []),
  ]
}

const costs = (tick: number, atMs: number, { intervalMs = 1000, exec }: FakeOptions): CostMessage => ({
  type: 'cost',
  atMs,
  intervalMs,
  cpus: 8,
  limitPercent: 3,
  probes: [
    {
      probe: 'sched',
      source: 'CO-RE',
      programs: 4,
      iterators: 2,
      runs: 91_200 + tick,
      runNs: 28.9e6 + tick,
      dispatchNs: 3.6e6,
      map: { name: 'ended', entries: 12, maxEntries: 8192 },
    },
    {
      probe: 'block',
      source: 'CO-RE',
      programs: 6,
      iterators: 0,
      runs: 4100,
      runNs: 2.4e6,
      map: { name: 'starts', entries: 660, maxEntries: 16_384 },
    },
    { probe: 'tcp', source: 'CO-RE', programs: 3, iterators: 3, runs: 0, runNs: 0 },
    {
      probe: 'syscalls',
      source: 'CO-RE',
      programs: 2,
      iterators: 1,
      runs: 204_000,
      runNs: 12.3e6,
      map: { name: 'ended', entries: 12, maxEntries: 8192 },
    },
    ...(exec
      ? [
          {
            probe: 'execsnoop' as const,
            source: 'bpftrace' as const,
            programs: 2,
            iterators: 0,
            runs: 38,
            runNs: 320_000,
            processNs: 20e6,
          },
        ]
      : []),
  ],
})

export const fakeProcess = (atMs: number, pid: number): ProcessMessage => ({
  type: 'process',
  atMs,
  pid,
  comm: 'postgres',
  args: ['/usr/lib/postgresql/16/bin/postgres', '-D', '/var/lib/postgresql/16/main', '-c', 'config file=x'],
  parents: [{ pid: 1, comm: 'systemd' }],
  uid: 113,
  user: 'postgres',
  cgroup: '/system.slice/postgresql@16-main.service',
  startMs: START_MS - 86_400_000,
  threads: 9,
  rssBytes: 412e6,
  cpuMs: 5_120_000,
  files: [
    { tid: pid, call: 'epoll_wait', fd: 5, file: 'anon_inode:[eventpoll]' },
    { tid: pid + 2, call: 'fsync', fd: 11, file: '/var/lib/postgresql/16/main/pg_wal/000000010000000000000042' },
  ],
})

/** Small and good enough: mulberry32. */
export const randomFrom = (seed: number): (() => number) => {
  let a = (seed * 0x9e3779b9) | 0
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A histogram of values around given centres (ns), log-normally spread. */
export const fakeHist = (
  random: () => number,
  modes: readonly [centreNs: number, count: number, spread: number][],
): Hist => {
  const counts = new Array<number>(SLOTS).fill(0)
  const hist: Hist = { slots: [], count: 0, sumNs: 0, maxNs: 0 }
  for (const [centreNs, count, spread] of modes) {
    for (let i = 0; i < count; i++) {
      const ns = Math.round(centreNs * Math.exp((random() + random() + random() - 1.5) * spread))
      counts[slotOf(ns)]!++
      hist.count++
      hist.sumNs += ns
      hist.maxNs = Math.max(hist.maxNs, ns)
    }
  }
  counts.forEach((count, slot) => {
    if (count > 0) hist.slots.push(slot, count)
  })
  return hist
}

export const HOSTILE_NAMES = [
  '\x1b[31mred\x1b[0m',
  '{red-fg}tag{/}',
  'new\nline',
  '日本語プロセス',
  'a\u202eb\u200b',
  'tab\there',
  'ñandú',
  '🔥fire',
] as const

const NAMED = [
  [812, 'postgres', 9],
  [1207, 'nginx', 4],
  [2290, 'node', 11],
  [3314, 'fio', 4],
  [411, 'journald', 1],
  [77, 'kswapd0', 1],
  [955, 'redis-server', 5],
  [1533, 'containerd', 14],
  [640, 'sshd', 1],
  [1, 'systemd', 1],
  [4021, 'gcc', 1],
  [18, 'ksoftirqd/0', 1],
] as const

const procsOf = ({ hostile, crowd = 0 }: FakeOptions): [number, string, number][] => [
  ...NAMED.map(([pid, comm, threads]): [number, string, number] => [pid, comm, threads]),
  ...(hostile ? HOSTILE_NAMES.map((comm, index): [number, string, number] => [9000 + index, comm, 1]) : []),
  ...Array.from({ length: crowd }, (_, index): [number, string, number] => [20_000 + index, `worker-${index}`, 1]),
]

/** 0..1 with a period of 20 ticks. */
const wave = (tick: number): number => (1 + Math.sin((tick / 20) * 2 * Math.PI)) / 2

const CALLS = ['epoll_wait', 'futex', 'read', 'fsync', 'page fault', 'poll', 'io_uring_enter', 'kernel'] as const

const schedData = (tick: number, random: () => number, options: FakeOptions): SchedData => {
  const busy = wave(tick)
  const hists = (scale: number) => ({
    runq: fakeHist(random, [
      [6_000, 600 * scale, 1.2],
      [180_000, 120 * scale * (0.2 + busy), 1.5],
      [4_000_000, 12 * scale * busy, 1],
    ]),
    sleep: fakeHist(random, [
      [900_000, 300 * scale, 2],
      [60_000_000, 80 * scale, 1.4],
    ]),
    disk: fakeHist(random, [
      [300_000, 60 * scale, 1],
      [9_000_000, 20 * scale * busy, 0.7],
    ]),
    preempted: fakeHist(random, [[2_500_000, 40 * scale * (0.1 + busy), 0.8]]),
  })
  const procs = procsOf(options).map(([pid, comm, threads], index): SchedProc => {
    const weight = 1 / (1 + index)
    const waits = 1 + Math.round(900 * weight * (0.5 + random()))
    const waitNs = Math.round(waits * 40_000 * (1 + 4 * busy * random()))
    const uninterruptibleNs =
      comm === 'fio' || comm === 'postgres'
        ? Math.round(4e8 * (0.4 + busy * random()))
        : index % 3 === 0
          ? Math.round(1e6 * random())
          : 0
    const onCpuNs = Math.round(6e8 * weight * (0.4 + random() * 0.6))
    return {
      pid,
      comm,
      threads,
      waits,
      waitNs,
      uninterruptibleNs,
      onCpuNs,
      switches: waits + 3,
      waitMaxNs: Math.round(waitNs / 6),
      preemptedNs: Math.round(waitNs * 0.3),
      sleepNs: Math.max(0, Math.round(threads * 1e9 - uninterruptibleNs - onCpuNs - waitNs)),
      calls: [
        { call: CALLS[index % CALLS.length]!, state: 'S', ns: Math.round(threads * 8e8) },
        ...(uninterruptibleNs > 1e7
          ? [{ call: comm === 'fio' ? 'pread64' : 'fsync', state: 'D' as const, ns: uninterruptibleNs }]
          : []),
      ],
      cgroup: pid >= 9000 ? '/user.slice' : comm === 'systemd' || pid < 100 ? '/' : `/system.slice/${comm}.service`,
      ...(comm === 'gcc' && tick % 10 === 0 ? { exited: true } : {}),
    }
  })
  return {
    ...hists(1),
    procs,
    ...(options.cpus ? { cpus: cpusOf(tick) } : {}),
    ...(options.targetPid
      ? {
          target: {
            of: { is: 'process', pid: options.targetPid },
            ...hists(0.2),
            threads: threadsOf(
              procs.find((proc) => proc.pid === options.targetPid),
              tick,
            ),
          },
        }
      : {}),
  }
}

/** The first is overloaded now and then, the others do less and less. */
const cpusOf = (tick: number): SchedCpu[] =>
  Array.from({ length: 8 }, (_, cpu): SchedCpu => ({
    cpu,
    busyNs: cpu === 0 ? 1e9 : 9e8 / (1 + cpu),
    runq: fakeHist(randomFrom(tick * 8 + cpu), [
      [6_000, 90, 1.2],
      [4_000_000, cpu === 0 ? 80 * wave(tick) : 2, 1],
    ]),
  }))

/** The first waits, one runs, one is stuck now and then, the rest sleep. */
const threadsOf = (proc: SchedProc | undefined, tick: number): SchedThread[] =>
  !proc
    ? []
    : Array.from({ length: proc.threads }, (_, index): SchedThread => {
        const stuck = index === 2 && tick % 7 < 3
        const share = [0.2, 0.7, 0.05][index] ?? 0.01
        return {
          pid: proc.pid,
          tid: proc.pid + index,
          comm: index === 0 ? proc.comm : `${proc.comm}-w${index}`,
          switches: 100 + index,
          waits: 90 + index,
          waitNs: index === 0 ? 7e8 : 1e6,
          waitMaxNs: 5e5,
          preemptedNs: index === 0 ? 1e8 : 0,
          onCpuNs: share * 1e9,
          uninterruptibleNs: stuck ? 8e8 : 0,
          sleepNs: Math.max(0, 1e9 - share * 1e9 - (stuck ? 8e8 : 0) - (index === 0 ? 7e8 : 1e6)),
          calls: [
            {
              call: 'epoll_wait',
              state: 'S',
              ns: Math.max(1, 1e9 - share * 1e9 - (stuck ? 8e8 : 0) - (index === 0 ? 7e8 : 1e6)),
            },
            ...(stuck ? [{ call: 'fsync', state: 'D' as const, ns: 8e8 }] : []),
          ],
        }
      })

const blockData = (tick: number, random: () => number, options: FakeOptions): TablesData => {
  const busy = wave(tick + 5)
  const disk = (name: string, dev: string, op: 'read' | 'write' | 'flush', ops: number, centreNs: number) => {
    const device = fakeHist(random, [
      [centreNs, ops, 0.8],
      [centreNs * 20, Math.round(ops * 0.03 * busy), 0.6],
    ])
    const queued = fakeHist(random, [[centreNs / 10, device.count, 1]])
    const total = fakeHist(random, [
      [centreNs * 1.1, ops, 0.8],
      [centreNs * 21, device.count - ops, 0.6],
    ])
    return {
      dev,
      name,
      op,
      ops: device.count,
      bytes: op === 'flush' ? 0 : device.count * 16_384,
      errors: 0,
      total,
      queued,
      device,
    }
  }
  const hot = Math.round(150 + 450 * busy)
  return blockTables({
    disks: [
      disk('nvme0n1', '259:0', 'read', hot, 90_000),
      disk('nvme0n1', '259:0', 'write', 200, 35_000),
      disk('sda', '8:0', 'write', 24, 6_000_000),
      disk('sda', '8:0', 'flush', 3, 18_000_000),
    ],
    procs: [
      blockProc(3314, 'fio', hot - 60, 0),
      blockProc(812, 'postgres', 50, 170),
      blockProc(411, 'journald', 0, 21),
      blockProc(64, 'jbd2/sda1-8', 0, 33),
      ...(options.hostile ? [blockProc(9003, HOSTILE_NAMES[3], 8, 1), blockProc(9000, HOSTILE_NAMES[0], 2, 2)] : []),
    ],
    inFlight: Math.round(4 * busy),
    ...(options.targetPid
      ? { target: { of: { is: 'process', pid: options.targetPid }, total: fakeHist(random, [[120_000, 50, 1]]) } }
      : {}),
  })
}

const blockProc = (pid: number, comm: string, reads: number, writes: number) => ({
  pid,
  comm,
  reads,
  writes,
  otherOps: comm.startsWith('jbd2') ? 3 : 0,
  readBytes: reads * 16_384,
  writeBytes: writes * 16_384,
  latencyNs: reads * 110_000 + writes * 400_000,
  latencyMaxNs: 2_100_000 + reads * 4_000 + writes * 9_000,
  queuedNs: reads * 9_000 + writes * 60_000,
})

const tcpData = (tick: number, atMs: number, options: FakeOptions): TablesData => {
  const session = (
    id: number,
    pid: number,
    comm: string,
    remote: string,
    more: Partial<TcpSession> = {},
  ): TcpSession => ({
    endedMs: null,
    closed: null,
    id: String(id),
    pid,
    comm,
    family: remote.includes(':') ? 6 : 4,
    local: remote.includes(':') ? '2001:db8::7' : '10.0.0.7',
    localPort: 5432,
    remote,
    remotePort: 40_000 + id,
    state: 'ESTABLISHED',
    direction: id % 2 ? 'in' : 'out',
    establishedMs: atMs - tick * 1000 - id * 61_000,
    inBytes: 900 * id,
    outBytes: 52_000 * (1 + (id % 3)),
    inTotal: 900 * id * (100 + tick),
    outTotal: 52_000 * (1 + (id % 3)) * (100 + tick),
    rttNs: (180 + 400 * id) * 1000,
    retransmits: id % 5 === 0 ? 2 : 0,
    retransmitsTotal: id % 5 === 0 ? 2 * tick : 0,
    cwnd: 10 + id,
    unread: id % 3 === 0 ? 4096 : 0,
    unsent: id % 4 === 0 ? 70_000 : 0,
    unacked: 1448 * (id % 5),
    window: id % 4 === 0 ? 0 : 65_536,
    congestion: 'open',
    reordered: id % 2,
    unreadSinceMs: id % 3 === 0 ? atMs - 2500 : null,
    connectNs: id % 2 ? null : (200 + 410 * id) * 1000,
    busyNs: 80e6 * id,
    windowNs: id % 4 === 0 ? 150e6 : 0,
    bufferNs: 0,
    busyTotalNs: 80e6 * id * (100 + tick),
    windowTotalNs: id % 4 === 0 ? 150e6 * tick : 0,
    bufferTotalNs: 0,
    retransmitted: id % 5 === 0 ? 1 : 0,
    lostNow: id % 5 === 0 ? 1 : 0,
    lostTotal: id % 5 === 0 ? tick : 0,
    sendFull: id % 4 === 0 ? 96 : 2,
    receiveFull: id % 3 === 0 ? 8 : 0,
    pacingRate: 12_500_000,
    deliveryRate: 9_700_000 + id,
    algorithm: 'cubic',
    ...more,
  })
  return tcpTables({
    sessions: [
      session(1, 812, 'postgres', '10.0.0.21'),
      session(2, 812, 'postgres', '10.0.0.22'),
      session(3, 1207, 'nginx', '203.0.113.80', { localPort: 443 }),
      session(4, 1207, 'nginx', '2001:db8:85a3::8a2e:370:7334', { localPort: 443 }),
      session(5, 2290, 'node', '10.0.0.9', { remotePort: 6379 }),
      session(6, 640, 'sshd', '198.51.100.4', { localPort: 22, establishedMs: null, direction: null }),
      session(7, 2290, 'node', '10.0.0.99', {
        state: 'SYN_SENT',
        inBytes: 0,
        outBytes: 0,
        rttNs: 0,
        establishedMs: null,
      }),
      ...(tick % 3 === 0
        ? [
            session(100 + tick, 2290, 'node', '10.0.0.98', {
              state: 'CLOSE',
              closed: 'refused',
              inBytes: 0,
              outBytes: 0,
              inTotal: 0,
              outTotal: 0,
            }),
          ]
        : []),
      ...(options.hostile
        ? [session(8, 9001, HOSTILE_NAMES[1], '10.0.0.66'), session(9, 9003, HOSTILE_NAMES[3], '10.0.0.67')]
        : []),
    ],
    listeners: [
      {
        pid: 812,
        comm: 'postgres',
        family: 4,
        local: '0.0.0.0',
        localPort: 5432,
        backlog: 0,
        backlogMax: 200,
        drops: 0,
        dropsTotal: 0,
      },
      {
        pid: 1207,
        comm: 'nginx',
        family: 6,
        local: '::',
        localPort: 443,
        backlog: 511,
        backlogMax: 511,
        drops: 0,
        dropsTotal: 0,
      },
      {
        pid: 640,
        comm: 'sshd',
        family: 4,
        local: '0.0.0.0',
        localPort: 22,
        backlog: 0,
        backlogMax: 128,
        drops: 0,
        dropsTotal: 0,
      },
    ],
    opened: 3,
    accepted: 12,
    closed: 11,
    refused: tick % 3 === 0 ? 1 : 0,
    resetIn: 0,
    resetOut: 0,
    retransmits: 2,
    timeWait: 37,
    others: 0,
    othersIn: 0,
    othersOut: 0,
  })
}

const SYSCALL_NAMES = [
  'read',
  'write',
  'futex',
  'epoll_wait',
  'recvfrom',
  'sendto',
  'openat',
  'close',
  'pread64',
  'clock_nanosleep',
  'fstat',
  'mmap',
  'io_uring_enter',
  'syscall_999',
  'getpid/32',
] as const

const syscallsData = (tick: number, random: () => number, options: FakeOptions): TablesData => {
  const calls = SYSCALL_NAMES.map((name, index) => {
    const count = Math.round((60_000 / (1 + index * index)) * (0.7 + 0.3 * wave(tick)))
    if (!options.detail) return { name, count }
    const errors = index % 4 === 0 ? Math.round(count * 0.02) : 0
    return {
      name,
      count,
      errors,
      restarted: Math.round(errors / 10),
      errnos: errors > 0 ? [{ errno: 'EAGAIN', count: errors }] : [],
      latency: fakeHist(random, [
        [index % 3 === 0 ? 400 : 2_000, Math.min(count, 400), 1],
        [3_000_000, index === 3 ? 60 : 0, 1],
      ]),
    }
  })
  const all = procsOf(options)
  return syscallTables({
    calls,
    procs: all.map(([pid, comm], index) => {
      const count = Math.round(50_000 / (1 + index))
      return {
        pid,
        comm,
        count,
        ...(options.detail
          ? {
              errors: Math.round(count / 100),
              calls: SYSCALL_NAMES.slice(0, 5).map((name, at) => ({ name, count: Math.round(count / (2 + at)) })),
            }
          : {}),
      }
    }),
    detail: options.detail ?? false,
  })
}

const execData = (tick: number, atMs: number): TablesData => {
  const pid = 50_000 + tick
  const events: Partial<ExecEvent>[] = [
    { atMs: atMs - 700, kind: 'exec', pid, ppid: 640, comm: 'sh', args: `sh -c "run --step ${tick}"` },
    { atMs: atMs - 300, kind: 'exec', pid, ppid: 640, comm: 'grep', args: 'grep -rn \x1b[2Jevil\n /var/log' },
    { atMs: atMs - 100, kind: 'exit', pid, ppid: 640, comm: 'grep', lifeNs: 612e6, exitCode: tick % 2 },
  ]
  return execTables(events)
}
