import test from 'ava'
import { planOf } from '../../../../src/model/scripts/plan.ts'
import { tablesData } from '../../../../src/stream/tables-check.ts'
import type { BpftraceMessage, Version } from '../../../../src/engine/bpftrace/parse.ts'
import { createParser } from '../../../../src/engine/bpftrace/parse.ts'
import { LAST_MAP } from '../../../../src/engine/bpftrace/script/compose.ts'
import type { MapMessage } from '../../../../src/engine/bpftrace/script/map-frames.ts'
import { createMaps } from '../../../../src/engine/bpftrace/script/maps.ts'

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
  maps.read()
  maps.add(second!, true)
  const { tables } = maps.read()
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
    maps.read()
    maps.add(second!, true)
    return maps.read().tables.m0!.rows
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
  maps.complete()
  maps.read()
  add('{"1": 4}')
  maps.complete()
  t.deepEqual(maps.read().tables.m0!.rows, [[1, 4, 4]])
  maps.complete()
  t.deepEqual(maps.read().tables.m0!.rows, [])
})

test('a map that the script prints and empties is shown as printed, several prints of an interval together', (t) => {
  const maps = mapsOf('tracepoint:a:b { @h = hist(1); } interval:s:1 { print(@h); clear(@h); }')
  const [one] = messages(
    [0, 27],
    '{"type": "hist", "data": {"@h": [{"min": 2, "max": 3, "count": 2},{"min": 4, "max": 7, "count": 1}]}}',
  )
  maps.add(one!, false)
  maps.add(one!, false)
  t.deepEqual(maps.read().hists.h0!.buckets, [2, 4, 4, 4, 8, 2])
  t.deepEqual(maps.read().hists.h0!.buckets, [])
})

test('histograms by key, in the unit of the map, with open ends', (t) => {
  const maps = mapsOf('tracepoint:a:b { @us[comm] = lhist(nsecs / 1000, 0, 10, 5); }')
  maps.read()
  const [one] = messages(
    [0, 17],
    '{"type": "hist", "data": {"@us": {"sh": [{"max": -1, "count": 1}, {"min": 0, "max": 4, "count": 2}, {"min": 10, "count": 3}]}}}',
  )
  maps.add(one!, true)
  const data = { ...maps.read(), totals: {} }
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
  maps.read()
  const second = messages(
    [0, 17],
    '{"type": "stats", "data": {"@s": {"7": {"count": 4, "average": 25, "total": 100}}}}',
    '{"type": "map", "data": {"@one": 9}}',
  )
  for (const each of second) maps.add(each, true)
  const { tables } = maps.read()
  t.deepEqual(tables.m0!.rows, [[7, 2, 70, 100]])
  t.deepEqual(tables.singles!.rows, [
    ['@one', 5, 9],
    ['@most', null, 3],
  ])
})

test('of 100,000 keys those that grew most have rows, the rest is in one', (t) => {
  const maps = mapsOf('tracepoint:a:b { @n[pid] = count(); }')
  const keys = Array.from({ length: 100_000 }, (_, i) => `"${i}": ${i}`).join(', ')
  maps.add(messages([0, 27], `{"type": "map", "data": {"@n": {${keys}}}}`)[0]!, true)
  const { tables, notes } = maps.read()
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
  t.deepEqual(Object.keys(maps.read().tables), ['singles'])
})
