// Made-up stacks of a node process, a database and a kernel thread, the same on every run.
import { readPatterns } from '../../src/model/pattern.ts'
import type { Stack, StackFrame, StackMode, StackRefs, StacksData, ThreadStack } from '../../src/stream/stack-types.ts'
import type { Message, ProbeStatus } from '../../src/stream/stream-types.ts'
import { endMs, fakeStream, START_MS, type FakeOptions } from './stream.ts'

// A search finds all that it can from the first key on
await readPatterns()

export const NODE = { pid: 2290, comm: 'node' }

const KERNEL = ['entry_SYSCALL_64_after_hwframe', 'do_syscall_64']
const FUTEX = [...KERNEL, '__x64_sys_futex', 'do_futex', 'futex_wait', 'futex_wait_queue', 'schedule', '__schedule']
const EPOLL = [
  ...KERNEL,
  '__x64_sys_epoll_wait',
  'do_epoll_wait',
  'ep_poll',
  'schedule_hrtimeout_range',
  'schedule',
  '__schedule',
]
const FSYNC = [
  ...KERNEL,
  '__x64_sys_fsync',
  'do_fsync',
  'ext4_sync_file',
  'jbd2_log_wait_commit',
  'schedule',
  '__schedule',
]
const START = [
  '_start',
  '__libc_start_main',
  'main',
  'node::Start(int, char**)',
  'node::SpinEventLoop(node::Environment*)',
  'uv_run',
]
const SCRIPT = [
  ...START,
  'uv__io_poll',
  'node::InternalMakeCallback(node::Environment*, v8::Local<v8::Object>, v8::Local<v8::Function>)',
]

const JIT = /^JS:/
const INLINED = /^v8::internal::Inlined/

interface Told {
  pid: number
  comm: string
  state: Stack['state']
  ns: number
  count: number
  user: string[]
  kernel: string[]
  cut?: Stack['cut']
  waker?: { pid: number; comm: string; user: string[]; kernel: string[] }
}

const told = (tick: number): Told[] => [
  {
    ...NODE,
    comm: 'node',
    state: 'S',
    ns: 400e6 + tick * 1e6,
    count: 120,
    user: [...START, 'uv__io_poll', 'epoll_wait'],
    kernel: EPOLL,
    waker: {
      pid: 18,
      comm: 'ksoftirqd/0',
      user: [],
      kernel: [
        'ret_from_fork',
        'kthread',
        'smpboot_thread_fn',
        'run_ksoftirqd',
        '__do_softirq',
        'net_rx_action',
        'tcp_v4_rcv',
        'sock_def_readable',
        'ep_poll_callback',
        'try_to_wake_up',
      ],
    },
  },
  {
    ...NODE,
    comm: 'libuv-worker',
    state: 'D',
    ns: 180e6,
    count: 9,
    user: ['clone3', 'start_thread', 'worker', 'uv__fs_work', 'fsync'],
    kernel: FSYNC,
    waker: {
      pid: 64,
      comm: 'jbd2/sda1-8',
      user: [],
      kernel: ['ret_from_fork', 'kthread', 'kjournald2', '__wake_up', 'try_to_wake_up'],
    },
  },
  {
    ...NODE,
    comm: 'libuv-worker',
    state: 'S',
    ns: 250e6,
    count: 40,
    user: ['clone3', 'start_thread', 'worker', 'uv_cond_wait', 'pthread_cond_wait'],
    kernel: FUTEX,
  },
  {
    ...NODE,
    comm: 'node',
    state: 'R',
    ns: 12e6,
    count: 31,
    user: [
      ...SCRIPT,
      'JS:~processTimers node:internal/timers:512',
      'JS:*handleRequest /srv/app/server.js:44',
      'v8::internal::InlinedAdd',
      'JS:*parse /srv/app/query.js:7',
    ],
    kernel: ['asm_sysvec_apic_timer_interrupt', 'irqentry_exit_to_user_mode', 'schedule', '__schedule'],
  },
  { ...NODE, comm: 'node', state: 'S', ns: 3e6, count: 2, user: [], kernel: FUTEX, cut: 'no user stack' },
  {
    pid: 812,
    comm: 'postgres',
    state: 'S',
    ns: 900e6,
    count: 77,
    user: ['main', 'PostmasterMain', 'ServerLoop', 'PostgresMain', 'WaitEventSetWait'],
    kernel: EPOLL,
  },
  {
    pid: 812,
    comm: 'postgres',
    state: 'D',
    ns: 160e6,
    count: 18,
    user: ['main', 'PostmasterMain', 'XLogFlush', 'issue_xlog_fsync'],
    kernel: FSYNC,
    cut: 'no frame pointers',
  },
]

const oncpu = (tick: number): Told[] => [
  {
    ...NODE,
    state: 'cpu',
    ns: 20.4e6 * (20 + (tick % 5)),
    count: 20 + (tick % 5),
    user: [
      ...SCRIPT,
      'JS:~processTimers node:internal/timers:512',
      'JS:*handleRequest /srv/app/server.js:44',
      'JS:*parse /srv/app/query.js:7',
    ],
    kernel: [],
  },
  {
    ...NODE,
    state: 'cpu',
    ns: 20.4e6 * 6,
    count: 6,
    user: [
      ...SCRIPT,
      'JS:~processTimers node:internal/timers:512',
      'JS:*handleRequest /srv/app/server.js:44',
      '[unknown]',
    ],
    kernel: [],
  },
  {
    ...NODE,
    state: 'cpu',
    ns: 20.4e6 * 4,
    count: 4,
    user: [...START, 'uv__io_poll', 'epoll_wait'],
    kernel: [...KERNEL, '__x64_sys_epoll_wait', 'do_epoll_wait', 'ep_send_events'],
  },
  {
    pid: 812,
    comm: 'postgres',
    state: 'cpu',
    ns: 20.4e6 * 9,
    count: 9,
    user: ['main', 'PostmasterMain', 'PostgresMain', 'exec_simple_query', 'ExecutorRun'],
    kernel: [],
  },
]

const HOSTILE = [
  '\x1b[31mred\x1b[0m',
  '{red-fg}tag{/}',
  'semi;colon',
  'new\nline 12',
  '日本語の関数名',
  'a\u202eb\u200b',
  `std::${'very_long_template<int, '.repeat(20)}>`,
  '🔥fire',
]

export const fakeStacks = (mode: StackMode, tick: number, hostile = false): StacksData => {
  const frames: StackFrame[] = []
  const index = new Map<string, number>()
  const frame = (name: string, kernel: boolean): number => {
    const known = index.get(`${name} ${kernel}`)
    if (known !== undefined) return known
    const kind = kernel
      ? 'kernel'
      : JIT.test(name)
        ? 'jit'
        : INLINED.test(name)
          ? 'inlined'
          : name === '[unknown]'
            ? 'unknown'
            : 'user'
    frames.push({
      name,
      kind,
      ...(kind === 'user'
        ? {
            module:
              name.startsWith('JS') || name.includes('uv') || name.includes('node')
                ? '/usr/bin/node'
                : '/usr/lib/libc.so.6',
          }
        : {}),
    })
    index.set(`${name} ${kernel}`, frames.length - 1)
    return frames.length - 1
  }
  const refs = (user: readonly string[], kernel: readonly string[]): StackRefs => ({
    user: user.map((name) => frame(name, false)).reverse(),
    kernel: kernel.map((name) => frame(name, true)).reverse(),
  })
  const odd: Told[] = hostile
    ? [
        {
          pid: NODE.pid,
          comm: HOSTILE[0]!,
          state: 'S',
          ns: 700e6,
          count: 3,
          user: HOSTILE,
          kernel: [HOSTILE[0]!, HOSTILE[4]!],
        },
      ]
    : []
  const stacks = [...(mode === 'oncpu' ? oncpu(tick) : mode === 'offcpu' ? told(tick) : []), ...odd].map(
    ({ user, kernel, cut, waker, ...rest }): Stack => ({
      ...rest,
      ...refs(user, kernel),
      ...(rest.state === 'cpu' ? {} : { maxNs: Math.round(rest.ns / 3) }),
      ...(cut ? { cut } : {}),
      ...(waker ? { waker: { pid: waker.pid, comm: waker.comm, ...refs(waker.user, waker.kernel) } } : {}),
    }),
  )
  const threads = told(tick).map(({ pid, comm, state, user, kernel }, at): ThreadStack => ({
    pid,
    tid: pid + at,
    comm: hostile && at === 0 ? HOSTILE[4]! : comm,
    state: at === 3 ? 'cpu' : state,
    ...refs(user, at === 3 ? [] : kernel),
    ...(at === 2 ? {} : { forNs: 10 ** (at + 3) * 4.2 }),
    ...(kernel === EPOLL
      ? { call: 'epoll_wait' }
      : kernel === FSYNC
        ? { call: 'fsync' }
        : kernel === FUTEX
          ? { call: 'futex' }
          : {}),
  }))
  return {
    mode,
    stacks: mode === 'now' ? [] : stacks,
    ...(mode === 'now' ? { threads } : {}),
    thresholdNs: mode === 'offcpu' ? 1e6 : 0,
    ...(mode === 'oncpu' ? { hz: 49 } : {}),
    ...(mode === 'offcpu' && tick % 10 === 0 ? { others: { ns: 5e6, count: 11 } } : {}),
    frames,
  }
}

export interface FakeStackOptions extends FakeOptions {
  mode?: StackMode
  status?: ProbeStatus
}

/** A stream that has stacks in every interval. */
export const fakeStackStream = (options: FakeStackOptions = {}): Message[] => {
  const { mode = 'offcpu', intervalMs = 1000, status = { is: 'live' } } = options
  const messages = fakeStream(options).filter((message) => !(message.type === 'status' && message.probe === 'stacks'))
  const stacks = (tick: number): Message => ({
    type: 'sample',
    probe: 'stacks',
    atMs: START_MS + tick * intervalMs,
    intervalMs,
    lost: 0,
    data: fakeStacks(mode, tick, options.hostile),
  })
  const last = Math.round((endMs(options) - START_MS) / intervalMs)
  messages.splice(1, 0, { type: 'status', atMs: START_MS, probe: 'stacks', status })
  return [
    ...messages.flatMap((message) =>
      message.type === 'host' ? [message, stacks(Math.round((message.atMs - START_MS) / intervalMs))] : [message],
    ),
  ].slice(0, messages.length + last)
}
