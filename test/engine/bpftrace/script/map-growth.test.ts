import test from 'ava'
import { planOf } from '../../../../src/model/scripts/plan.ts'
import { tablesData } from '../../../../src/stream/tables-check.ts'
import type { BpftraceMessage, Version } from '../../../../src/engine/bpftrace/parse.ts'
import { createParser } from '../../../../src/engine/bpftrace/parse.ts'
import { LAST_MAP } from '../../../../src/engine/bpftrace/script/compose.ts'
import type { MapMessage } from '../../../../src/engine/bpftrace/script/map-frames.ts'
import { createMaps } from '../../../../src/engine/bpftrace/script/map-growth.ts'

const mapsOf = (text: string) => createMaps(planOf({ name: 'x', text, taken: () => false }))
const messages = (version: Version, ...lines: string[]): MapMessage[] => {
  const parser = createParser(version)
  return lines.map((line) => parser.parse(line) as BpftraceMessage as MapMessage)
}

test('counts by key: what they grew by, and their totals', (t) => {
  const maps = mapsOf('tracepoint:a:b { @n[comm, pid] = count(); }')
  const [first, second] = messages(
    [0, 17],
    '{"type": "map", "data": {"@n": {"a,b,1": 3, "sh,2": 5}}}',
    '{"type": "map", "data": {"@n": {"sh,2": 5, "a,b,1": 10}}}',
  )
  maps.add(first!, true)
  maps.read(true)
  maps.add(second!, true)
  const { tables } = maps.read(true)
  t.deepEqual(tables.m0, {
    columns: ['k0', 'k1', 'n', 'total'],
    rows: [
      ['sh', 2, 0, 5],
      ['a,b', 1, 7, 10],
    ],
  })
})

test('stacks that differ in what measures alone are one row, but of what cannot be added up', (t) => {
  const stack = (offset: number): string =>
    ['', `bpf_prog_1_x+${offset}`, `bpf_trace_run3+${offset + 1}`, 'f(A, B)+1', '    g+2', ''].join('\\n    ')
  const rowsOf = (keys: string, does: string, ends: string) => {
    const maps = mapsOf(`tracepoint:a:b { @n[${keys}] = ${does}; }`)
    const [first, second] = messages(
      [0, 27],
      `{"type": "map", "data": {"@n": {"${stack(7)}${ends}": 3, "${stack(9)}${ends}": 5}}}`,
      `{"type": "map", "data": {"@n": {"${stack(9)}${ends}": 6, "${stack(7)}${ends}": 10}}}`,
    )
    maps.add(first!, true)
    maps.read(true)
    maps.add(second!, true)
    return maps.read(true).tables.m0!.rows
  }
  t.deepEqual(rowsOf('kstack', 'count()', ''), [['f(A, B)+1 < g+2', 8, 16]])
  t.deepEqual(rowsOf('kstack, comm, pid', 'sum(1)', '\\n,a,b,5'), [['f(A, B)+1 < g+2', 'a,b', 5, 8, 16]])
  t.is(rowsOf('kstack', 'max(1)', '').length, 2)
})

test('a value that is less began anew, a key that is gone was deleted, and a map that is not printed is empty', (t) => {
  const maps = mapsOf('tracepoint:a:b { @n[pid] = count(); }')
  const add = (data: string): boolean =>
    maps.add(messages([0, 23], `{"type": "map", "data": {"@n": ${data}}}`)[0]!, true)
  add('{"1": 10, "2": 1}')
  maps.complete(true)
  maps.read(true)
  add('{"1": 4}')
  maps.complete(true)
  t.deepEqual(maps.read(true).tables.m0!.rows, [[1, 4, 4]])
  maps.complete(true)
  t.deepEqual(maps.read(true).tables.m0!.rows, [])
})

test('maps are of one instant: an answer that is on its way is none, nor is one that nobody waits for', (t) => {
  const maps = mapsOf('tracepoint:a:b { @a[pid] = count(); @b[pid] = count(); }')
  const add = (name: string, n: number): boolean =>
    maps.add(messages([0, 27], `{"type": "map", "data": {"@${name}": {"1": ${n}}}}`)[0]!, true)
  const read = (isLast = false): unknown[] => {
    const { m0, m1 } = maps.read(isLast).tables
    return [m0!.rows[0]?.slice(1), m1!.rows[0]?.slice(1)]
  }
  add('a', 10)
  add('b', 20)
  maps.complete(true)
  add('a', 15)
  t.deepEqual(read(), [
    [10, 10],
    [20, 20],
  ])
  add('b', 26)
  maps.complete(false)
  t.deepEqual(read(), [
    [0, 10],
    [0, 20],
  ])
  add('a', 16)
  add('b', 28)
  maps.complete(true)
  t.deepEqual(read(), [
    [6, 16],
    [8, 28],
  ])
  add('b', 29)
  t.deepEqual(
    read(true),
    [
      [0, 16],
      [1, 29],
    ],
    'it has ended',
  )
})

test('a map whose line is too long to be read is as it was, and that is said', (t) => {
  const maps = mapsOf('tracepoint:a:b { @a[pid] = count(); @b[pid] = count(); }')
  const add = (name: string, n: number): boolean =>
    maps.add(messages([0, 27], `{"type": "map", "data": {"@${name}": {"1": ${n}}}}`)[0]!, true)
  add('a', 10)
  add('b', 20)
  maps.complete(true)
  maps.read()
  add('a', 11)
  maps.missed()
  maps.complete(true)
  const { tables, notes } = maps.read()
  t.deepEqual(
    [...tables.m0!.rows, ...tables.m1!.rows],
    [
      [1, 1, 11],
      [1, 0, 20],
    ],
  )
  t.regex(notes.join(), /^@b: .*too long/)
  add('b', 21)
  maps.complete(true)
  const after = maps.read()
  t.deepEqual([...after.tables.m0!.rows, ...after.tables.m1!.rows], [[1, 1, 21]], 'one that is not printed is empty')
  t.deepEqual(after.notes, [])
})

test('a map that the script prints and empties is shown as printed, several prints of an interval together', (t) => {
  const maps = mapsOf('tracepoint:a:b { @h = hist(1); } interval:s:1 { print(@h); clear(@h); }')
  const [one] = messages(
    [0, 27],
    '{"type": "hist", "data": {"@h": [{"min": 2, "max": 3, "count": 2},{"min": 4, "max": 7, "count": 1}]}}',
  )
  maps.add(one!, false)
  maps.add(one!, false)
  t.deepEqual(maps.read(true).hists.h0!.buckets, [2, 4, 4, 4, 8, 2])
  t.deepEqual(maps.read(true).hists.h0!.buckets, [])
})

test('histograms by key, in the unit of the map, with open ends', (t) => {
  const maps = mapsOf('tracepoint:a:b { @us[comm] = lhist(nsecs / 1000, 0, 10, 5); }')
  maps.read(true)
  const [one] = messages(
    [0, 17],
    '{"type": "hist", "data": {"@us": {"sh": [{"max": -1, "count": 1}, {"min": 0, "max": 4, "count": 2}, {"min": 10, "count": 3}]}}}',
  )
  maps.add(one!, true)
  const data = { ...maps.read(true), totals: {} }
  t.is(tablesData(data), undefined)
  t.deepEqual(data.hists.h0!.buckets.slice(1), [0, 1, 0, 5000, 2, 10_000, 2 ** 80, 3])
  t.deepEqual(data.tables.m0!.rows, [['sh', 6, 6, 'h0 0']])
  t.deepEqual(data.hists['h0 0'], data.hists.h0)
})

test('statistics give means of the interval; single values are one table', (t) => {
  const maps = mapsOf('tracepoint:a:b { @s[pid] = stats(args->bytes); @one = count(); @most = max(cpu); }')
  const first = messages(
    [0, 17],
    '{"type": "stats", "data": {"@s": {"7": {"count": 2, "average": 15, "total": 30}}}}',
    '{"type": "map", "data": {"@one": 4}}',
    '{"type": "map", "data": {"@most": 3}}',
  )
  for (const each of first) maps.add(each, true)
  maps.read(true)
  const second = messages(
    [0, 17],
    '{"type": "stats", "data": {"@s": {"7": {"count": 4, "average": 25, "total": 100}}}}',
    '{"type": "map", "data": {"@one": 9}}',
  )
  for (const each of second) maps.add(each, true)
  const { tables } = maps.read(true)
  t.deepEqual(tables.m0!.rows, [[7, 2, 70, 100]])
  t.deepEqual(tables.singles!.rows, [
    ['@one', 5, 9, null],
    ['@most', null, null, 3],
  ])
})

test('of 100,000 keys those that grew most have rows, the rest is in one', (t) => {
  const maps = mapsOf('tracepoint:a:b { @n[pid] = count(); }')
  const keys = Array.from({ length: 100_000 }, (_, i) => `"${i}": ${i}`).join(', ')
  maps.add(messages([0, 27], `{"type": "map", "data": {"@n": {${keys}}}}`)[0]!, true)
  const { tables, notes } = maps.read(true)
  t.is(tables.m0!.rows.length, 500)
  t.deepEqual(tables.m0!.rows[0], [99_999, 99_999, 99_999])
  t.is(Number(tables.m0!.others![1]), sum(99_999 - 500, 4096 - 500))
  t.is(notes.length, 1)
})

/** Of `count` numbers down from `from`. */
const sum = (from: number, count: number): number => count * from - (count * (count - 1)) / 2

test('scratch maps, and names that nobody read, are left out; the last map ends an answer', (t) => {
  const maps = mapsOf('tracepoint:a:b { @n = count(); @t[tid] = nsecs; }')
  const [scratch, last] = messages(
    [0, 17],
    '{"type": "map", "data": {"@t": {"1": 5}}}',
    `{"type": "map", "data": {"${LAST_MAP}": 0}}`,
  )
  t.true(maps.add(scratch!, true))
  t.false(maps.add(last!, true))
  t.deepEqual(Object.keys(maps.read(true).tables), ['singles'])
})
