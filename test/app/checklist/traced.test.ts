// What the rules of the bcc checklist measure in the tables of scripts, worked out by hand on two intervals.
import test from 'ava'
import { viewOf } from '../../../src/model/view.ts'
import * as traced from '../../../src/app/checklist/traced.ts'
import type { Measured, Window } from '../../../src/app/rule.ts'
import { planOf } from '../../../src/model/scripts/plan.ts'
import { specOfScript } from '../../../src/model/scripts/spec.ts'
import type { DescribedId } from '../../../src/stream/probe-ids.ts'
import { storeWith, type Interval } from '../../helpers/spec-store.ts'

const specOf = (text: string) => specOfScript(planOf({ name: 'script', text, taken: () => false }))
const windowOf = (text: string, ...intervals: Interval[]): Window => {
  const spec = specOf(text)
  const store = storeWith(spec, ...intervals)
  const samples = store.samples(spec.id as DescribedId, 9)
  return { samples, last: samples.at(-1)!, elapsedMs: 1000 * intervals.length, view: viewOf(store) }
}
const said = (measured: readonly Measured[]) => measured.map(({ key, value, says }) => [key, value, says('V')])

const OPENS = `BEGIN { printf("%s %s %s %s\\n", "PID", "COMM", "ERR", "PATH"); }
  tracepoint:a:b { printf("%d %s %d %s\\n", pid, comm, args->e, str(args->p)); }`
/** Columns as the script's spec calls them. */
const events = (text: string, ...rows: (string | number)[][]): Interval => {
  const spec = specOf(text)
  const { table, columns } = spec.panels[0]!.tabs[0]!
  const ids = columns.flatMap(({ title, value }) => ('value' in value && title !== 'AGO' ? [value.value] : []))
  const own = ids.slice(ids.length - rows[0]!.length)
  return { rows: { [table]: rows.map((row) => Object.fromEntries(row.map((cell, i) => [own[i]!, cell]))) } }
}

test('files opened by each process, and those that are not there', (t) => {
  const window = windowOf(
    OPENS,
    events(OPENS, [7, 'cat', 0, '/a'], [8, 'sh', 2, '/b']),
    events(OPENS, [7, 'cat', 13, '/c']),
  )
  t.deepEqual(said(traced.opens(window)), [
    ['7', 1, 'cat 7 opens V files/s, the last /c'],
    ['8', 0.5, 'sh 8 opens V files/s, the last /b'],
  ])
  t.deepEqual(said(traced.opensFailed(window)), [
    ['8', 0.5, 'sh 8 cannot open V files/s, the last /b (error 2)'],
    ['7', 0.5, 'cat 7 cannot open V files/s, the last /c (error 13)'],
  ])
  t.deepEqual(traced.opens(window)[0]!.to, { panel: 'script' })
})

test('slow calls on files, the last of them', (t) => {
  const text = OPENS.replace('"ERR"', '"CALL"').replace('"PATH"', '"FILE"').replace('%d %s\\n", pid', '%s %s\\n", pid')
  const window = windowOf(
    text,
    events(text, [7, 'cat', 'read', '/a'], [7, 'cat', 'fsync', '/a'], [7, 'cat', 'write', '/a']),
  )
  t.deepEqual(said(traced.slowFiles(window)), [['7', 3, 'cat 7: V slow file calls/s, the last write of /a']])
})

test('lines that were lost are counted with those that were kept', (t) => {
  const window = windowOf(OPENS, events(OPENS, [7, 'cat', 0, '/a'], [7, 'cat', 0, '/b'], [8, 'sh', 0, '/c']))
  const samples = window.samples.map((sample) => ({ ...sample, lost: 6 }))
  t.deepEqual(said(traced.opens({ ...window, samples })), [
    ['7', 6, 'cat 7 opens about V files/s, the last /b'],
    ['8', 3, 'sh 8 opens about V files/s, the last /c'],
  ])
})

test('a script that has no events measures nothing', (t) => {
  t.deepEqual(traced.opens(windowOf('tracepoint:a:b { @ = count(); }', {})), [])
})

const maps = (...tables: object[][]): Interval => ({
  rows: Object.fromEntries(tables.map((rows, i) => [`m${i}`, rows])) as Interval['rows'],
})

test('pages that leave the cache, by whom most, and how many come', (t) => {
  const text = 'tracepoint:a:b { @in[comm, pid] = count(); @out[comm] = count(); }'
  const window = windowOf(
    text,
    maps(
      [{ k0: 'a', k1: 1, n: 6 }],
      [
        { k0: 'x', n: 3 },
        { k0: 'y', n: 4 },
      ],
    ),
    maps([], [{ k0: 'x', n: 3 }]),
  )
  t.deepEqual(said(traced.evictions(window)), [
    ['evictions', 5, 'V pages/s leave the page cache (thrown out or deleted), most by x; 3.0/s come in'],
  ])
  t.regex(
    said(traced.evictions(windowOf(text, maps([], [{ k0: 'x', n: 0 }]))))[0]![2] as string,
    /most by nobody; 0\/s/,
  )
})

test('samples on a CPU, of 49 a second', (t) => {
  const text = 'profile:hz:49 { @[comm, pid] = count(); }'
  const window = windowOf(text, maps([{ k0: 'loop', k1: 7, n: 49 }]), maps([{ k0: 'loop', k1: 7, n: 0 }]))
  t.deepEqual(said(traced.onCpu(window)), [['7', 50, 'loop 7 is on a CPU in V% of the samples']])
})
