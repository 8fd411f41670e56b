// The path of selections, on wide and narrow screens.
import test from 'ava'
import { crumbSteps, STEP } from '../../src/app/crumbs.ts'
import { displayWidth, shorten } from '../../src/app/width.ts'
import type { Selection } from '../../src/model/selection.ts'

const NODE: Selection = { is: 'process', pid: 4242, comm: 'node' }
const CGROUP: Selection = {
  is: 'cgroup',
  path: '/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef.scope/payload',
}
const stack = (name: string): Selection => ({
  is: 'stack',
  by: 'process',
  wakers: false,
  inverted: false,
  frames: [{ name, kind: 'user' }],
})
const CPP = 'v8::internal::Builtin_Impl_HandleApiCall(v8::internal::BuiltinArguments, v8::internal::Isolate*)'

/** As the header has it, without what else is on its line. */
const crumbsText = (selections: readonly Selection[], width: number): string =>
  shorten(crumbSteps(selections, width).join(STEP), width, '~')

test('each kind in words', (t) => {
  const all: Selection[] = [
    NODE,
    { is: 'thread', pid: 4242, tid: 4243, comm: 'libuv-worker' },
    { is: 'comm', comm: 'node' },
    { is: 'cgroup', path: '/a.slice' },
    { is: 'pids', pids: [1, 2] },
    { is: 'disk', dev: '8:0', name: 'sda' },
    { is: 'peer', address: '10.0.0.1' },
    { is: 'port', port: 443 },
    { is: 'syscall', name: 'futex' },
    { is: 'cpu', cpu: 3 },
    stack('futex_wait'),
    { is: 'function', frame: { name: 'futex_wait', kind: 'kernel' } },
  ]
  t.deepEqual(
    all.map((each) => crumbsText([each], 80)),
    [
      'all > node 4242',
      'all > thread libuv-worker 4243',
      'all > command node',
      'all > cgroup /a.slice',
      'all > pid 1,2',
      'all > disk sda',
      'all > peer 10.0.0.1',
      'all > port 443',
      'all > futex',
      'all > CPU 3',
      'all > stack: futex_wait',
      'all > function futex_wait',
    ],
  )
})

test('what fits is whole; long names give way first, each where it tells least', (t) => {
  t.is(crumbsText([NODE, stack('futex_wait')], 40), 'all > node 4242 > stack: futex_wait')
  t.regex(crumbsText([CGROUP], 50), /^all > cgroup ~[0-9a-f]+\.scope\/payload$/)
  t.regex(crumbsText([NODE, stack(CPP)], 60), /^all > node 4242 > stack: v8::internal::\S+~.*Isolate\*\)$/)
  t.regex(crumbsText([CGROUP, NODE, stack(CPP)], 70), /^all > cgroup ~.*payload > node 4242 > stack: v8::.*~.*\*\)$/)
})

test('then the steps in the middle; where one is stays', (t) => {
  const path = [CGROUP, NODE, stack(CPP), stack('std::vector<int>::push_back(int&&)')]
  t.regex(crumbsText(path, 46), /^all > ~ > .*stack: std:.*~.*\)$/)
  for (let width = 12; width < 200; width++) t.true(displayWidth(crumbsText(path, width)) <= width, String(width))
  t.true(displayWidth(crumbsText([stack('日本語の関数名'.repeat(9))], 41)) <= 41)
  t.notRegex(crumbsText([stack('\x1b[31mred')], 80), /\p{Cc}/u)
})

test('a name is cut to ten columns and no further, functions and addresses in the middle, files on the left', (t) => {
  const last = (selection: Selection, width: number): string => crumbSteps([selection], width).at(-1)!
  const comm: Selection = { is: 'comm', comm: 'abcdefghijkl' }
  // `all > command ` is 14 columns
  t.deepEqual(
    [26, 25, 24, 23, 10].map((width) => last(comm, width)),
    ['abcdefghijkl', 'abcdefghij~', 'abcdefghi~', 'abcdefghi~', 'abcdefghi~'].map((name) => `command ${name}`),
  )
  t.is(last({ is: 'function', frame: { name: 'abcdefghijklmnop', kind: 'user' } }, 26), 'function abcde~lmnop')
  t.is(last({ is: 'peer', address: '2001:db8::1:2:3' }, 21), 'peer 2001:~:2:3')
  t.is(last({ is: 'file', path: '/var/lib/data/a.log' }, 21), 'file ~ata/a.log')
  t.is(last({ is: 'syscall', name: 'abcdefghijklmnop' }, 16), 'abcdefghi~')
})
