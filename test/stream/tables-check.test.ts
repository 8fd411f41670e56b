// Samples of probes that describe themselves, as they may come from anywhere.
import test from 'ava'
import { tablesData } from '../../src/stream/tables-check.ts'
import { queueSample } from '../helpers/described.ts'

type Loose = { [key: string]: any }

test('rows as long as their columns, cells that are texts or numbers, buckets in order', (t) => {
  const { data } = queueSample(1)
  t.is(tablesData(data), undefined)
  const wrong = (change: (data: Loose) => void): string => {
    const copy = structuredClone(data) as Loose
    change(copy)
    return tablesData(copy) ?? ''
  }
  t.regex(
    wrong(({ tables }) => tables.procs.rows[1].pop()),
    /rows\[1\] is not as long/,
  )
  t.regex(
    wrong(({ tables }) => (tables.procs.rows[0][0] = {})),
    /not text/,
  )
  t.regex(
    wrong(({ hists }) => (hists.delivery.buckets = [4, 1, 3, 1])),
    /not the next slot/,
  )
  t.regex(
    wrong(({ hists }) => (hists.delivery.buckets = [64, 1])),
    /not the next slot/,
  )
  t.regex(
    wrong(({ totals }) => (totals.refused = '2')),
    /not a number/,
  )
  t.regex(
    wrong(({ tables }) => (tables.procs.columns = null)),
    /not a list/,
  )
})

test('ranges of a histogram follow each other, each with its count', (t) => {
  const wrong = (buckets: number[]) =>
    tablesData({ tables: {}, totals: {}, hists: { h: { scale: 'ranges', unit: 'ns', buckets, count: 1 } } })
  t.is(wrong([-4, 0, 1, 0, 8, 0, 16, 32, 2]), undefined)
  t.is(wrong([]), undefined)
  for (const buckets of [
    [0, 8],
    [0, 8, 1, 8],
    [0, 0, 1],
    [8, 4, 1],
    [0, 8, -1],
    [0, 8, 1, 4, 16, 1],
  ])
    t.is(typeof wrong(buckets), 'string', String(buckets))
})
