// What a script lacks is said before it is tried, against made-up machines.
import test from 'ava'
import { lackIn, type Machine } from '../../src/cli/hooks-here.ts'

const machine = (change: Partial<Machine> = {}): Machine => ({
  hasBpftrace: () => true,
  hasKprobes: () => false,
  hasCounters: () => false,
  tracepoint: (group, name) => `${group}:${name}` === 'sched:sched_switch',
  hasFile: (path) => ['/bin/here', '/bin/unread', '/usr/lib/here/'].includes(path),
  usdt: (path) => (path === '/bin/here' ? new Set(['p:q']) : undefined),
  ...change,
})

test('what certainly is not there is said; one hook that is there, or may be, is enough', (t) => {
  const lacks = lackIn(machine())
  const all: [string[], RegExp | undefined][] = [
    [['kprobe:a', 'kretprobe:b'], /no kprobes/],
    [['fentry:a'], /no kprobes/],
    [['hardware:cache-misses:1000'], /hardware:cache-misses:1000 is not on this machine/],
    [['tracepoint:sched:sched_switch', 'kprobe:a'], undefined],
    [['tracepoint:sched:gone'], /tracepoint:sched:gone is not/],
    [['tracepoint:sched:*'], undefined],
    [['usdt:/bin/here:p:q'], undefined],
    [['usdt:/bin/here:p:r'], /here:p:r is not on this machine/],
    [['usdt:/bin/here:p:r', 'usdt:/bin/here:p:q'], undefined],
    [['usdt:/bin/here:p:*'], undefined],
    [['usdt:/bin/here:r'], undefined],
    [['usdt:/bin/unread:p:r'], undefined],
    [['usdt:/bin/gone:p:q', 'usdt:/bin/gone:p:r'], /gone:p:q is not/],
    [['usdt:/usr/lib/here/*/x.so:p:q'], undefined],
    [['usdt:/usr/lib/gone/*/x.so:p:q'], /is not/],
    [['uprobe:libc:malloc'], undefined],
    [['profile:hz:99', 'kprobe:a'], undefined],
    [[], undefined],
  ]
  for (const [hooks, why] of all)
    if (why === undefined) t.is(lacks(hooks), undefined, hooks.join())
    else t.regex(lacks(hooks) ?? 'nothing', why, hooks.join())
})

test('a machine that has them, one that does not show its tracepoints, one without bpftrace', (t) => {
  t.is(lackIn(machine({ hasKprobes: () => true }))(['kprobe:a']), undefined)
  t.is(lackIn(machine({ hasCounters: () => true }))(['hardware:cycles:1']), undefined)
  t.is(lackIn(machine({ tracepoint: () => undefined }))(['tracepoint:sched:gone']), undefined)
  t.is(lackIn(machine({ hasBpftrace: () => false }))(['profile:hz:99']), 'bpftrace is not installed')
})
