import test from 'ava'
import { placeOf, summary, tapReader } from '../../src/setup/tap.mjs'

const read = (lines: string[]) => {
  const reader = tapReader()
  const shown = lines.map((line) => reader.line(line)).filter((line) => line !== undefined)
  return { shown, ...reader.end() }
}

test('counts passed, failed and skipped with reasons', (t) => {
  const { counts, reasons, shown, failed } = read([
    'TAP version 13',
    'ok 1 - a › works',
    'ok 2 - together-pure › a › needs root',
    '#   skipped: real BPF needs root',
    '#   more talk',
    'not ok 3 - b › breaks',
    '  ---',
    '    name: AssertionError',
    '  ...',
    'ok 4 - b › also needs root',
    '#   skipped: real BPF needs root',
    'ok 5 - b › for later # SKIP',
    'not ok 6 - b › not written # TODO',
    'not ok 7 - No tests found in test/c.test.ts',
    '',
    '1..6',
    '# tests 5',
    '# fail 2',
  ])
  t.deepEqual(counts, { passed: 1, failed: 2, skipped: 4 })
  t.deepEqual(failed, ['b › breaks', 'No tests found in test/c.test.ts'])
  t.deepEqual(
    [...reasons],
    [
      ['real BPF needs root', ['a › needs root', 'b › also needs root']],
      ['marked skip', ['b › for later']],
      ['marked todo', ['b › not written']],
    ],
  )
  t.deepEqual(shown.slice(0, 4), [
    '✔ a › works',
    '✔ a › needs root',
    '#   skipped: real BPF needs root',
    '#   more talk',
  ])
  t.true(shown.includes('    name: AssertionError'))
  t.false(shown.some((line) => line.startsWith('# fail')))
})

test('a failed test does not become a skipped one by its log', (t) => {
  t.deepEqual(read(['not ok 1 - bad', '#   skipped: not really']).counts, { passed: 0, failed: 1, skipped: 0 })
})

test('two reasons in one test count once', (t) => {
  t.deepEqual(read(['ok 1 - a', '#   skipped: x', '#   skipped: y']).counts, { passed: 0, failed: 0, skipped: 1 })
})

test('how long one took is counted, not shown', (t) => {
  const { shown, took, counts } = read([
    'ok 1 - a',
    'not ok 2 - b › slow',
    '#   took 2500 ms',
    'ok 3 - c',
    '#   took 1200 ms',
    '#   skipped: x',
  ])
  t.deepEqual(
    [...took],
    [
      ['b › slow', 2500],
      ['c', 1200],
    ],
  )
  t.deepEqual(shown, ['✔ a', '✖ b › slow', '✔ c', '#   skipped: x'])
  t.deepEqual(counts, { passed: 1, failed: 1, skipped: 1 })
})

test('where a test is', (t) => {
  const exists = (path: string) =>
    ['test/a.test.ts', 'test/b.test.ts', 'test/b/c.test.ts', 'test/b/c.long.test.ts'].includes(path)
  t.deepEqual(placeOf('a › works', exists), { file: 'test/a.test.ts', name: 'works' })
  t.deepEqual(placeOf('b › c › one › two', exists), { file: 'test/b/c.test.ts', name: 'one › two' })
  t.deepEqual(placeOf('b › c.long › one', exists), { file: 'test/b/c.long.test.ts', name: 'one' })
  t.deepEqual(placeOf('b › one', exists), { file: 'test/b.test.ts', name: 'one' })
  t.is(placeOf('No tests found in test/c.test.ts', exists), undefined)
})

test('the closing line', (t) => {
  t.is(summary({ passed: 3, failed: 0, skipped: 2 }), '3 passed, 0 failed, 2 skipped')
})
