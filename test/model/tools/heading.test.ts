// Headings of tools: which columns a heading and the first row below it make, and which lines are rows.
import test from 'ava'
import { columnsOf, headingOf, isNumber, partsOf, widened } from '../../../src/model/tools/heading.ts'

const columns = (heading: string, row: string) => columnsOf(headingOf(heading)!, row)

test('numbers by what they count, in the unit that the heading says', (t) => {
  const cases: [string, object][] = [
    ['LAT(ms)', { unit: 'ns', worth: 1e6 }],
    ['TOTAL_usecs', { unit: 'ns', worth: 1000 }],
    ['AVGms', { unit: 'ns', worth: 1e6 }],
    ['NS', { unit: 'ns', worth: 1 }],
    ['TX_KB', { unit: 'bytes', worth: 1024 }],
    ['MB', { unit: 'bytes', worth: 1_048_576 }],
    ['BYTES', { unit: 'bytes', worth: 1 }],
    ['COUNT', { unit: 'id' }],
    ['%RND', { unit: 'id' }],
  ]
  for (const [title, unit] of cases)
    t.deepEqual(columns(`A ${title}`, '1 2')![1], { title, is: 'number', ...unit } as never)
})

test('what a row is about is known by its heading; times of day and addresses are no numbers', (t) => {
  t.deepEqual(columns('TIME(s) COMM PID DISK LPORT RADDR', '0.5     a    7   vda  80    1.2.3.4'), [
    { title: 'TIME(s)', is: 'text' },
    { title: 'COMM', is: 'text', dim: 'comm' },
    { title: 'PID', is: 'number', dim: 'pid', unit: 'id' },
    { title: 'DISK', is: 'text', dim: 'disk' },
    { title: 'LPORT', is: 'number', dim: 'port', unit: 'id' },
    { title: 'RADDR', is: 'text', dim: 'peer' },
  ])
  t.deepEqual(
    columns('IP T', '4 5')!.map(({ is }) => is),
    ['text', 'text'],
  )
})

test('a row without the number of its process is none, nor is one that is too short', (t) => {
  t.is(columns('PID COMM', 'x a'), undefined)
  t.is(columns('A B C', '1'), undefined)
  t.deepEqual(
    columns('A B', '1 ')!.map(({ is }) => is),
    ['number', 'text'],
    'the last may be empty',
  )
})

test('a command has blanks within, as wide as its place, and the last column has all the rest', (t) => {
  const heading = headingOf('COMM             PID PATH')!
  t.deepEqual(partsOf(heading, undefined), [{ is: 'text', pad: 16 }, { is: 'text' }, { is: 'text' }])
  t.deepEqual(partsOf(headingOf('COMM   PID')!, undefined)[0], { is: 'text', pad: 6 })
  t.deepEqual(partsOf(headingOf('PID COMM')!, undefined)[1], { is: 'text' }, 'the last has no end')
  const wide = headingOf(`${'COMM'.padEnd(24)}PID`)!
  t.deepEqual(partsOf(wide, undefined)[0], { is: 'text', pad: 16 }, 'no longer than the kernel keeps it')
  const row = 'Web Content      7   /a b'
  t.deepEqual(
    columnsOf(heading, row)!.map(({ is }) => is),
    ['text', 'number', 'text'],
  )
  t.deepEqual(partsOf(heading, columnsOf(heading, row))[1], { is: 'number' })
})

test('a column that turns out not to be of numbers becomes text, one that names something does not', (t) => {
  const heading = headingOf('PID SIZE')!
  const first = columnsOf(heading, '7 100')!
  t.deepEqual(widened(first, heading, '8 200'), first)
  t.deepEqual(widened(first, heading, '8 many')![1], { title: 'SIZE', is: 'text' })
  t.is(widened(first, heading, 'x 200'), undefined)
  t.is(widened(first, heading, '8'), undefined)
  t.is(widened(first, heading, '8 '), undefined)
})

test('numbers have a sign and a fraction, and an end', (t) => {
  for (const text of ['0', '-7', '1.5', '9'.repeat(20)]) t.true(isNumber(text), text)
  for (const text of ['', '-', '1.', '.5', '1e3', '0x1', ' 1', '9'.repeat(21), '1.2.3']) t.false(isNumber(text), text)
})

test('a heading is known by its capitals and no longer than a line', (t) => {
  t.deepEqual(headingOf('  PID   COMM')!.offsets, [2, 8])
  t.truthy(headingOf(`A${' '.repeat(998)}B`))
  t.is(headingOf(`A${' '.repeat(999)}B`), undefined)
  t.is(headingOf('Akb Bkb'), undefined, 'no word of capitals alone')
})

test('so many columns, and so much of each title', (t) => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `C${i}`).join(' ')
  t.is(headingOf(names(24))!.titles.length, 24)
  t.is(headingOf(names(25)), undefined)
  const long = 'X'.repeat(41)
  t.deepEqual(
    columns(`${long} B`, '1 a')!.map(({ title }) => title),
    ['X'.repeat(40), 'B'],
  )
  t.deepEqual(
    columns(`${long} B`, 'a a')!.map(({ title }) => title),
    ['X'.repeat(40), 'B'],
  )
})

test('columns are apart by blanks and tabs, before them, too', (t) => {
  t.deepEqual(
    columns('A B', '\t 1\t\tx y ')!.map(({ is }) => is),
    ['number', 'text'],
  )
  t.deepEqual(partsOf(headingOf('COMM PID')!, undefined)[0], { is: 'text', pad: 4 })
  t.deepEqual(
    partsOf({ titles: ['COMM', 'PID'], offsets: [0, 2] }, undefined)[0],
    { is: 'text' },
    'no room for two letters',
  )
  t.deepEqual(
    columns('COMM     N', 'a b      7')!.map(({ is }) => is),
    ['text', 'number'],
  )
  t.deepEqual(
    columns('COMM N', 'longer 7')!.map(({ is }) => is),
    ['text', 'number'],
  )
})
