// Selections of each kind: the key by which they are the same, what they are called, and what the kernel is narrowed to.
import test from 'ava'
import {
  frameOf,
  isWithin,
  sameStart,
  sameTarget,
  selectionKey,
  selectionLabel,
  startsOf,
  targetOf,
  type Selection,
} from '../../src/model/selection.ts'
import type { PathFrame } from '../../src/model/stack-paths.ts'

const READ: PathFrame = { name: 'read', kind: 'user' }
const stack = (...frames: PathFrame[]): Selection & { is: 'stack' } => ({
  ...{ is: 'stack', by: 'process', wakers: false, inverted: false },
  frames,
})
const of = { probe: 'io', table: 'rows', pids: true } as never

const KINDS: readonly (readonly [Selection, key: string, label: string])[] = [
  [{ is: 'process', pid: 7, comm: 'x' }, 'process 7', 'x 7'],
  [{ is: 'process', pid: 7, comm: '' }, 'process 7', 'pid 7'],
  [{ is: 'thread', pid: 7, tid: 8, comm: 'w' }, 'thread 8', 'thread w 8'],
  [{ is: 'comm', comm: 'x' }, 'comm x', 'command x'],
  [{ is: 'cgroup', path: '/a' }, 'cgroup /a', 'cgroup /a'],
  [{ is: 'cgroup', path: '/a', container: 'web' }, 'cgroup /a', 'container web'],
  [{ is: 'user', uid: 33, name: 'www' }, 'user 33', 'user www'],
  [{ is: 'tree', top: 1, comm: 'init' }, 'tree 1', 'tree of init 1'],
  [{ is: 'tree', top: 1, comm: '' }, 'tree 1', 'tree of pid 1'],
  [{ is: 'pids', pids: [7] }, 'process 7', 'pid 7'],
  [{ is: 'pids', pids: [7, 8] }, 'pids 7,8', 'pid 7,8'],
  [{ is: 'disk', dev: '8:0', name: 'sda' }, 'disk 8:0', 'disk sda'],
  [{ is: 'peer', address: '::1' }, 'peer ::1', 'peer ::1'],
  [{ is: 'port', port: 80 }, 'port 80', 'port 80'],
  [{ is: 'syscall', name: 'read' }, 'syscall read', 'read'],
  [{ is: 'error', name: 'EIO' }, 'error EIO', 'error EIO'],
  [{ is: 'file', path: '/a' }, 'file /a', 'file /a'],
  [{ is: 'cpu', cpu: 0 }, 'cpu 0', 'CPU 0'],
  [stack(READ), 'stack process false false user\0\0read', 'stack: read'],
  [{ ...stack(READ), of }, 'stack io.rows process false false user\0\0read', 'stack: read'],
  [stack(), 'stack process false false ', 'stack: any'],
  [stack(READ, { name: 'S sleeping', kind: 'group' }), '', 'stacks of S sleeping'],
  [stack(READ, { name: '--', kind: 'separator' }, { name: 'w', kind: 'group' }), '', 'woken by w'],
  [{ is: 'function', frame: READ }, 'function user\0\0read', 'function read'],
  [{ is: 'function', frame: READ, of }, 'function io.rows user\0\0read', 'function read'],
]

test('keys and names', (t) => {
  for (const [selection, key, label] of KINDS) {
    if (key !== '') t.is(selectionKey(selection), key)
    t.is(selectionLabel(selection), label)
  }
  t.is(frameOf(stack(READ)), READ)
})

test('the kernel is narrowed to the innermost that it can tell', (t) => {
  const target = (...path: Selection[]) => targetOf(path)
  t.deepEqual(target({ is: 'process', pid: 7, comm: 'x', startedMs: 5 }), { is: 'process', pid: 7, startedMs: 5 })
  t.deepEqual(target({ is: 'process', pid: 7, comm: 'x' }), { is: 'process', pid: 7 })
  t.deepEqual(target({ is: 'thread', pid: 7, tid: 8, comm: 'x', startedMs: 5 }), {
    ...{ is: 'thread', pid: 7, tid: 8, startedMs: 5 },
  })
  t.deepEqual(target({ is: 'comm', comm: 'x' }, { is: 'disk', dev: '8:0', name: 'sda' }), { is: 'comm', comm: 'x' })
  t.deepEqual(target({ is: 'comm', comm: 'x' }, { is: 'cgroup', path: '/a', container: 'b' }), {
    ...{ is: 'cgroup', path: '/a' },
  })
  const pids = (count: number) => Array.from({ length: count }, (_, i) => i + 5)
  t.deepEqual(target({ is: 'pids', pids: pids(1) }), { is: 'process', pid: 5 })
  t.deepEqual(target({ is: 'pids', pids: pids(16) }), { is: 'pids', pids: pids(16) })
  t.is(target({ is: 'pids', pids: pids(17) }), undefined)
  t.is(target({ is: 'user', uid: 1, name: 'x' }, { is: 'port', port: 80 }), undefined)
  t.is(target(), undefined)
})

test('the same target: by its key and, where both are known, by when it was started', (t) => {
  const process = (pid: number, startedMs?: number) =>
    ({ is: 'process', pid, ...(startedMs ? { startedMs } : {}) }) as const
  t.true(sameTarget(process(7), process(7, 5)))
  t.true(sameTarget(process(7, 5), process(7, 5)))
  t.false(sameTarget(process(7, 6), process(7, 5)))
  t.false(sameTarget(process(7), process(8)))
  t.false(sameTarget(process(7), { is: 'comm', comm: '7' }))
  t.true(sameTarget(process(7), { is: 'pids', pids: [7] }))
  for (const [a, b] of [
    [undefined, process(7)],
    [process(7), undefined],
    [undefined, undefined],
  ])
    t.false(sameTarget(a, b))
  t.deepEqual(
    [sameStart(1, 1), sameStart(1, 2), sameStart(1, undefined), sameStart(undefined, 2)],
    [true, false, true, true],
  )
})

test('each process that is named, and when it was started', (t) => {
  t.deepEqual(
    [...startsOf({ is: 'pids', pids: [7, 8], startsMs: { 8: 5 } })],
    [
      [7, undefined],
      [8, 5],
    ],
  )
  t.deepEqual([...startsOf({ is: 'process', pid: 7, comm: 'x', startedMs: 5 })], [[7, 5]])
  t.deepEqual([...startsOf({ is: 'comm', comm: 'x' })], [])
})

test('a group is within itself and those above it', (t) => {
  t.deepEqual(
    ['/a', '/a/b', '/ab', '/', undefined].map((path) => isWithin(path, '/a')),
    [true, true, false, false, false],
  )
  t.deepEqual(
    ['/a', '/', undefined].map((path) => isWithin(path, '/')),
    [true, true, false],
  )
})
