// Errors of helpers, by place; and when there are too many.
import test from 'ava'
import { createHelperErrors } from '../../../../src/engine/bpftrace/script/helper-errors.ts'

const error = (helper: string, line = 1) => ({ type: 'helper error', helper, line, text: 'full', code: -7 }) as const
const LINE = '{"type": "helper_error", "helper": "map_update_elem", "retcode": -7}'

test('the most frequent are told, with how often', (t) => {
  const errors = createHelperErrors()
  for (const [helper, times] of Object.entries({ a: 1, b: 4, c: 2, d: 3 }))
    for (let n = 0; n < times; n++) errors.add(error(helper), 0)
  t.deepEqual(errors.notes(), [
    'b in line 1: full, 4 times',
    'd in line 1: full, 3 times',
    'c in line 1: full, 2 times',
  ])
  errors.add({ type: 'helper error', helper: 'e', line: 2, text: '', code: -2 }, 0)
  t.false(errors.notes().join().includes('e in'))
})

test('of those that are not read it is known that they are; other lines are none', (t) => {
  const errors = createHelperErrors()
  t.true(errors.skip(LINE, 0))
  t.false(errors.skip('{"type": "printf", "data": "helper_error"}', 0))
})

test('too many are 5000 in a second, read or not', (t) => {
  const errors = createHelperErrors()
  for (let n = 0; n < 20_000; n++) errors.add(error('a'), n)
  t.false(errors.areTooMany())
  for (let n = 0; n < 2500; n++) {
    errors.add(error('a'), 30_000)
    errors.skip(LINE, 30_000)
  }
  t.false(errors.areTooMany())
  errors.skip(LINE, 30_999)
  t.true(errors.areTooMany())
  t.regex(errors.notes().join('; '), /^a in line 1: full, too often to be counted; .*started again/)
})
