// Stacks in a cell of a table: written in one line, and taken apart again.
import test from 'ava'
import { framesIn, isStackDim, oneLine } from '../../../src/model/tables/stack-text.ts'

test('a frame a line becomes one line, without what is around them', (t) => {
  t.is(oneLine('  futex_wait\n\n do_futex \n'), 'futex_wait < do_futex')
  t.is(oneLine(''), '')
})

test('what is on top only because somebody measures is no part of it', (t) => {
  t.is(
    oneLine('bpf_prog_6896d07dd3e1383c_sched_switch\n bpf_trace_run4\n__traceiter_sched_switch+65\n__schedule\n'),
    '__schedule',
  )
  // further out it is what is measured
  const outer = Array.from({ length: 10 }, (_, i) => `f${i}`).join('\n')
  t.true(oneLine(`${outer}\nbpf_trace_run4`).endsWith(' < bpf_trace_run4'))
})

test('outer functions for which there is no room are said to be missing', (t) => {
  // 97 characters and 3 between them: forty fit into 4000
  const frames = Array.from({ length: 41 }, (_, i) => `f${i}`.padEnd(97, 'x'))
  const whole = oneLine(frames.slice(0, 40).join('\n'))
  t.is(whole.split(' < ').length, 40)
  t.false(whole.includes('[too deep]'))
  const cut = oneLine(frames.join('\n')).split(' < ')
  t.deepEqual([cut.length, cut.at(-1), cut.at(-2)], [41, '[too deep]', frames[39]])
  t.true(framesIn(cut.join(' < '), 'userStack').isCut)
  t.is(framesIn(cut.join(' < '), 'userStack').user.length, 40)
  t.is(oneLine(`${'\n'.repeat(32_000)}far`), '', 'no more is looked at than may come of it')
})

const names = (cell: string, dim: Parameters<typeof framesIn>[1]) => {
  const { user, kernel, isCut } = framesIn(cell, dim)
  const said = (frames: typeof user) =>
    frames.map(({ name, kind, module }) => [name, kind, ...(module ? [module] : [])])
  return { user: said(user), kernel: said(kernel), isCut }
}

test("which of them are the kernel's is known by the column, by a mark, or by a line between", (t) => {
  t.deepEqual(names('a < b', 'kernelStack'), {
    user: [],
    kernel: [
      ['a', 'kernel'],
      ['b', 'kernel'],
    ],
    isCut: false,
  })
  t.deepEqual(names('a < b', 'userStack'), {
    user: [
      ['a', 'user'],
      ['b', 'user'],
    ],
    kernel: [],
    isCut: false,
  })
  t.deepEqual(names('a_[k] < b', 'stack'), { user: [['b', 'user']], kernel: [['a', 'kernel']], isCut: false })
  for (const line of ['-', '--'])
    t.deepEqual(names(`a < ${line} < b`, 'stack'), { user: [['b', 'user']], kernel: [['a', 'kernel']], isCut: false })
  t.deepEqual(
    names('a < -- < b', 'userStack').user.map(([name]) => name),
    ['a', '--', 'b'],
  )
  t.deepEqual(names('', 'stack'), { user: [], kernel: [], isCut: false })
})

test('a function is one frame, wherever in it one is; where it is from is kept', (t) => {
  const one = (cell: string) => names(cell, 'userStack').user[0]
  t.deepEqual(one('read+0x1f'), ['read', 'user'])
  t.deepEqual(one('read+31'), ['read', 'user'])
  t.deepEqual(one('7f3c2a10 read (/lib/libc.so.6)'), ['read', 'user', '/lib/libc.so.6'])
  t.deepEqual(one('operator()(int) (/opt/x)'), ['operator()(int)', 'user', '/opt/x'])
  t.deepEqual(one('func ([vdso])'), ['func', 'user'])
  t.deepEqual(one('JS:run_[j]'), ['JS:run', 'jit'])
  t.deepEqual(one('run (/tmp/perf-7.map)'), ['run', 'jit', '/tmp/perf-7.map'])
  t.deepEqual(one('inner_[i]'), ['inner', 'user'])
  t.deepEqual(one('0x7f3c2a10'), ['[unknown]', 'unknown'])
  t.deepEqual(one('7f3c2a10 (/lib/x.so)'), ['[unknown]', 'unknown', '/lib/x.so'])
  t.deepEqual(one('[unknown]'), ['[unknown]', 'unknown'])
  t.deepEqual(one('face'), ['face', 'user'], 'too short for an address')
})

test('columns that are stacks', (t) => {
  t.deepEqual((['stack', 'kernelStack', 'userStack', 'pid', undefined] as const).map(isStackDim), [
    true,
    true,
    true,
    false,
    false,
  ])
})
