import test from 'ava'
import { viewOf } from '../../src/model/view.ts'
import { completeHook, hooksShown, hookTyped } from '../../src/app/hooks.ts'
import { openLine, typeInLine } from '../../src/app/one-liner.ts'
import { initialState } from '../../src/app/state.ts'
import { wantOf } from '../../src/app/probes/wanted.ts'
import { createStore } from '../../src/model/store.ts'
import { fakeScreen } from '../helpers/screen.ts'

const typing = (line: string) => typeInLine(openLine(initialState()), line)
const told = (begin: string, names: string[], of = names.length) => {
  const store = createStore()
  store.add({ type: 'hooks', atMs: 1, begin, names, of })
  return store
}

test('a hook is what is typed in front of a body or predicate, not in them', (t) => {
  for (const [line, typed] of [
    ['', ''],
    ['tracepoint:sc', 'tracepoint:sc'],
    ['uprobe:/bin/ba', 'uprobe:/bin/ba'],
    ['BEGIN { @ = 1 } k', 'k'],
    ['kprobe:a, kprobe:b', 'kprobe:b'],
    ['kprobe:a,', ''],
    ['kprobe:a ', undefined],
    ['kprobe:a /pid', undefined],
    ['kprobe:a /pid == 1', undefined],
    ['kprobe:a { pri', undefined],
    ['kprobe:a { printf("}', undefined],
  ] as const)
    t.is(hookTyped(line), typed, line)
})

test('its names are wanted of the engine as long as one is typed', (t) => {
  t.is(wantOf(initialState()).hooks, undefined)
  t.is(wantOf(typing('tr')).hooks, 'tr')
  t.is(wantOf(typing('BEGIN {')).hooks, undefined)
})

test('Tab: as far as all go on alike; behind a whole name its body', (t) => {
  const complete = (line: string, names: string[]) => completeHook(typing(line), viewOf(told(line, names))).line!.text
  t.is(complete('t', ['tracepoint:']), 'tracepoint:')
  t.is(complete('kprobe:v', ['kprobe:vfs_open', 'kprobe:vfs_read']), 'kprobe:vfs_')
  t.is(complete('kprobe:vfs_', ['kprobe:vfs_open', 'kprobe:vfs_read']), 'kprobe:vfs_')
  t.is(complete('profile:hz:', ['profile:hz:']), 'profile:hz:')
  t.is(complete('kprobe:vfs', ['kprobe:vfs', 'kprobe:vfs_read']), 'kprobe:vfs { ')
  t.is(complete('kprobe:vfs_open', ['kprobe:vfs_open']), 'kprobe:vfs_open { ')
  t.is(complete('kprobe:x', []), 'kprobe:x')
  t.is(complete('BEGIN {', ['BEGIN']), 'BEGIN {')
})

test('what was told of less is used until more is; that there is none is said', (t) => {
  const names = ['kprobe:vfs_open', 'kprobe:vfs_read']
  t.deepEqual(hooksShown(typing('kprobe:vfs_r'), viewOf(told('kprobe:', names)))?.names, ['kprobe:vfs_read'])
  t.is(hooksShown(typing('kprobe:vfs_r'), viewOf(createStore()))?.why, 'asking bpftrace for its hooks')
  t.is(hooksShown(typing('x'), viewOf(told('x', [])))?.why, 'no hook begins so')
  const python = 'usdt:/usr/bin/python3:'
  t.regex(hooksShown(typing(python), viewOf(told(python, [])))?.why ?? '', /^for those of a program: bpftrace -l/)
})

test('they are listed above the line, hostile names made safe, at the smallest size, too', (t) => {
  const screen = fakeScreen({ width: 60, height: 16 })
  screen.press(':', ':')
  screen.type('k')
  const names = ['kprobe:a', 'kprobe:\u001b[2J', ...Array.from({ length: 98 }, (_, index) => `kprobe:f${index}`)]
  screen.receive({ type: 'hooks', atMs: 1, begin: 'k', names, of: 4000 })
  const shown = screen.text()
  t.regex(shown, /hooks, 100 of 4000/)
  t.regex(shown, /kprobe:a /)
  t.false(shown.includes('\u001b'))
})
