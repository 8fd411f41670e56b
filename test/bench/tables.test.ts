import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { ROOT } from '../../src/paths.ts'
import type { Figure } from './figures.ts'
import { LIMITS, limitTable } from './limits.ts'
import { number, partTable } from './tables.ts'

const figure = (part: string, row: string, name: string, ...values: number[]): Figure => ({ part, row, name, values })

test('numbers have the digits they deserve', (t) => {
  t.deepEqual([0, 0.123, 1.234, 56.78, 123.4, 9999, 12345.6, -12345.6, NaN].map(number), [
    '0',
    '0.12',
    '1.23',
    '56.8',
    '123',
    '9999',
    '12,346',
    '-12,346',
    '?',
  ])
})

test('a part with bare runs says what the others add', (t) => {
  const figures = [
    figure('calls', 'bare', 'ns a call', 100, 200),
    { ...figure('calls', 'probetop', 'ns a call', 150, 250), bare: [100, 200] },
    { ...figure('calls', 'syscount', 'ns a call'), missing: 'not installed: syscount' },
    figure('idle', 'probetop', 'PSS MB', 60),
  ]
  t.is(
    partTable('calls', figures),
    [
      '| calls | ns a call | added |',
      '| --- | --- | --- |',
      '| bare | 150 ±25.0 |  |',
      '| probetop | 200 ±25.0 | 50.0 ±0 |',
      '| syscount | not installed: syscount |  |',
    ].join('\n'),
  )
  t.is(partTable('frames', figures), '')
})

test('a part without one does not', (t) => {
  const figures = [
    figure('idle', 'probetop', 'PSS MB', 60),
    figure('idle', 'probetop', 'CPU %', 0.5),
    figure('idle', 'btop', 'PSS MB', 8),
  ]
  t.is(
    partTable('idle', figures),
    '| idle | PSS MB | CPU % |\n| --- | --- | --- |\n| probetop | 60.0 | 0.50 |\n| btop | 8.00 |  |',
  )
})

test('limits are derived from what was measured, and only from that', (t) => {
  const figures = [
    { ...figure('calls', 'empty programs', 'ns a call', 150), bare: [100] },
    { ...figure('calls', 'probetop', 'ns a call', 380), bare: [200] },
    figure('idle', 'probetop', 'PSS MB after 60 s', 60),
  ]
  t.is(
    limitTable(figures),
    [
      '| figure | measured | at most | reached |',
      '| --- | --- | --- | --- |',
      '| added to a system call, of an empty program | 1.80 x | 1.1 x | NO |',
      '| memory of the whole tree (PSS) after 60 s | 60.0 MB | 60 MB | yes |',
    ].join('\n'),
  )
  t.is(limitTable([]), '')
})

test('a limit whose peer is missing is not claimed', (t) => {
  const figures = [
    { ...figure('calls', 'probetop', 'ns a call', 190), bare: [100] },
    { ...figure('calls', 'syscount', 'ns a call'), missing: 'not installed: syscount' },
  ]
  t.true(LIMITS.every(({ of }) => of(figures) === undefined))
})

test('an operation of a disk takes what all programs on its way take, whatever else ran', (t) => {
  const programs = (row: string, runs: number, ns: number): Figure[] => [
    figure('programs', row, 'runs', runs),
    figure('programs', row, 'ns a run', ns),
  ]
  const figures = [
    ...programs('block_io_start (io_start)', 100, 200),
    ...programs('block_rq_complete (complete)', 100, 250),
    ...programs('block_rq_complete, empty', 100, 30),
    ...programs('sys_enter (count_enter)', 1000, 130),
  ]
  t.regex(limitTable(figures), /^\| programs for an operation of a disk \| 450 ns \| 400 ns \| NO \|$/m)
  t.is(limitTable(programs('sys_enter (count_enter)', 1000, 130)), '')
})

test('what the README says is promised is what is promised, and what it says is reached is', (t) => {
  const text = readFileSync(join(ROOT, 'test/bench/README.md'), 'utf8')
  const [, body] = /^\| figure \| measured .*\n\|[-|]+\|\n((?:\|.*\n)+)/m.exec(text)!
  const rows = body!
    .trim()
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  t.deepEqual(
    rows.map(([what, , atMost]) => [what, atMost]),
    LIMITS.map(({ what, unit, atMost }) => [what, `${atMost} ${unit}`.trim()]),
  )
  for (const [what, measured, atMost, reached] of rows)
    t.is(reached, measured === '' ? '' : parseFloat(measured!) <= parseFloat(atMost!) ? 'yes' : 'NO', what)
})
