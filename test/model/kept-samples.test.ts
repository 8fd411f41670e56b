// Which samples and tables go first when time passes or memory is short: a letter a sample, oldest first, `T` with its tables,
// `.` without.
import test from 'ava'
import { createKeptSamples, type KeptSamples } from '../../src/model/kept-samples.ts'
import { sizeOf } from '../../src/model/thin.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import type { AnySample } from '../../src/stream/stream-types.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'

const sample = (probe: string, atMs: number, rows = 10): AnySample =>
  ({
    type: 'sample',
    probe,
    atMs,
    intervalMs: 1000,
    lost: 0,
    data: {
      tables: { a: { columns: ['x'], rows: Array.from({ length: rows }, (_, i) => [i]) } },
      hists: {},
      totals: {},
    },
  }) as unknown as AnySample

const FULL = sizeOf(sample('sched', 0))
const THIN = sizeOf(sample('sched', 0, 0))

const shown = (kept: KeptSamples, probe = 'sched'): string =>
  kept
    .upTo(probe as ProbeId, Infinity, Infinity)
    .map((each) => (kept.hasRows(each) ? 'T' : '.'))
    .join('')

const filled = (options: Parameters<typeof createKeptSamples>[0], count: number, ...probes: string[]): KeptSamples => {
  const kept = createKeptSamples({ keepMs: Infinity, keepRowsMs: Infinity, ...options }, () => undefined)
  for (const probe of ['sched', 'block']) kept.expect(probe as ProbeId)
  for (let i = 0; i < count; i++)
    for (const probe of probes.length > 0 ? probes : ['sched']) kept.add(sample(probe, 1000 * i))
  return kept
}

test('tables go with their age, then samples; of a probe the newest always stays', (t) => {
  t.is(shown(filled({ keepMs: 8000, keepRowsMs: 3000 }, 6)), '..TTTT')
  t.is(shown(filled({ keepMs: 8000, keepRowsMs: 3000 }, 20)), '.....TTTT')
  const kept = filled({ keepMs: 8000, keepRowsMs: 3000 }, 1, 'block')
  for (let i = 0; i < 20; i++) kept.add(sample('sched', 1000 * i))
  t.is(shown(kept, 'block'), '.')
  t.is(kept.oldestMs(), 0)
  t.is(kept.ticks()[0], 0)
})

test('when memory is short the tables of all but the last thirty go first, then the oldest of them', (t) => {
  const full = (count: number): number => count * FULL
  t.is(shown(filled({ maxBytes: full(40) }, 40)), 'T'.repeat(40))
  // one without its tables is not enough, as it stays itself
  t.is(shown(filled({ maxBytes: full(40) }, 41)), `..${'T'.repeat(39)}`)
  t.is(shown(filled({ maxBytes: 10 * THIN + full(30) }, 40)), `${'.'.repeat(10)}${'T'.repeat(30)}`)
  t.is(shown(filled({ maxBytes: 10 * THIN + full(30) }, 41)), `${'.'.repeat(10)}${'T'.repeat(30)}`, 'then samples')
  t.is(shown(filled({ maxBytes: full(30) }, 60)), 'T'.repeat(30))
  t.is(shown(filled({ maxBytes: full(29) }, 60)), `..${'T'.repeat(28)}`, 'and then the newer tables')
})

test('the newest stays whatever it weighs', (t) => {
  t.is(shown(filled({ maxBytes: 1 }, 5)), 'T')
  const two = filled({ maxBytes: 1 }, 5, 'sched', 'block')
  t.deepEqual([shown(two), shown(two, 'block')], ['T', 'T'])
})

test('of several probes the one whose tables are oldest gives way', (t) => {
  const kept = filled({ maxBytes: 45 * FULL }, 5, 'block')
  for (let i = 5; i < 46; i++) kept.add(sample('sched', 1000 * i))
  t.deepEqual([shown(kept, 'block'), shown(kept).slice(0, 3)], ['TTTTT', '..T'])
})

test('what is held stays', (t) => {
  const kept = filled({ keepMs: 8000, keepRowsMs: 3000 }, 6)
  kept.hold([4000])
  for (let i = 6; i < 20; i++) kept.add(sample('sched', 1000 * i))
  t.is(shown(kept), '.TTT...........TTTT', 'and what came since')
  kept.hold([])
  kept.add(sample('sched', 20_000))
  t.is(shown(kept), '.....TTTT')
})

test('an instant is read, forgotten and read again', (t) => {
  const kept = filled({}, 6)
  const times = (count: number, atMs: number) => kept.upTo('sched', count, atMs).map((each) => each.atMs)
  t.deepEqual(times(2, 3999), [2000, 3000])
  t.deepEqual(times(2, 4000), [3000, 4000])
  t.deepEqual(times(9, 500), [0])
  t.deepEqual(times(1, -1), [])
  t.deepEqual(times(0, 4000), [])
  kept.rewind(3000)
  t.deepEqual(times(9, Infinity), [0, 1000, 2000, 3000])
  t.deepEqual([...kept.ticks()], [0, 1000, 2000, 3000])
  t.is(kept.bytes(), 4 * FULL)
  kept.add(sample('sched', 2000))
  t.deepEqual(times(9, Infinity), [0, 1000, 2000])
  t.deepEqual([...kept.ticks()], [0, 1000, 2000])
  t.is(kept.bytes(), 3 * FULL)
  kept.add(sample('unknown', 9000))
  t.is(kept.bytes(), 3 * FULL, 'what nothing describes')
  t.is(createKeptSamples({}, () => undefined).oldestMs(), Infinity)
})

test('what was held, and has become too old meanwhile, loses its tables once it is let go of', (t) => {
  const kept = filled({ keepRowsMs: 3000 }, 6)
  kept.hold([5000])
  for (let i = 6; i < 14; i++) kept.add(sample('sched', 1000 * i))
  t.is(shown(kept), '..TTTT....TTTT')
  kept.hold([])
  kept.add(sample('sched', 14_000))
  t.is(shown(kept), `${'.'.repeat(11)}TTTT`)
})

test('of what is held the newest stays, and what is not held goes first', (t) => {
  const times = (kept: KeptSamples) => kept.upTo('sched', 9, Infinity).map(({ atMs }) => atMs)
  const with0 = (maxBytes: number, held: number[], count: number): KeptSamples => {
    const kept = filled({ maxBytes }, 0)
    kept.hold(held)
    for (let i = 0; i < count; i++) kept.add(sample('sched', 1000 * i, 0))
    return kept
  }
  t.deepEqual(times(with0(2 * THIN, [0], 3)), [0, 2000], 'the first that is not')
  t.deepEqual(times(with0(2 * THIN, [1000], 3)), [1000, 2000])
  t.deepEqual(times(with0(2 * THIN, [0, 1000], 3)), [1000, 2000], 'all but the newest are')
  t.deepEqual(times(with0(2 * THIN, [0, 1000, 2000], 3)), [1000, 2000], 'all are')
  t.deepEqual(times(with0(1, [0, 1000, 2000], 3)), [2000])
})

test('tables of the newer ones go up to the last, before a sample does', (t) => {
  t.is(shown(filled({ maxBytes: FULL + 4 * THIN }, 5)), '....T')
  t.is(shown(filled({ maxBytes: FULL + 3 * THIN }, 5)), '...T')
})

test('wound back, the last weighs its rows alone, which it had in common with what followed', (t) => {
  const { rows } = (sample('sched', 0).data as TablesData).tables['a']!
  const sharing = (atMs: number): AnySample => {
    const made = sample('sched', atMs) as unknown as { data: { tables: object } }
    made.data.tables = { a: { columns: ['x'], rows } }
    return made as unknown as AnySample
  }
  const kept = filled({}, 0)
  for (const atMs of [0, 1000, 2000]) kept.add(sharing(atMs))
  const shared = kept.bytes() - FULL
  t.true(shared < 2 * FULL)
  kept.rewind(1000)
  t.is(kept.bytes(), FULL + shared / 2)
  kept.rewind(-1)
  t.is(kept.bytes(), 0)
})

test('ten minutes of samples, two of them with tables, in twelve million bytes, unless said otherwise', (t) => {
  const kept = createKeptSamples({}, () => undefined)
  kept.expect('sched')
  for (let i = 0; i <= 120; i++) kept.add(sample('sched', 10_000 * i))
  t.is(shown(kept), `${'.'.repeat(48)}${'T'.repeat(13)}`)
  const heavy = createKeptSamples({}, () => undefined)
  heavy.expect('sched')
  for (let i = 0; i < 25; i++) heavy.add(sample('sched', 1000 * i, 10_000))
  const each = sizeOf(sample('sched', 0, 10_000))
  const most = Math.floor((12e6 - 25 * THIN) / (each - THIN))
  t.is(shown(heavy), `${'.'.repeat(25 - most)}${'T'.repeat(most)}`)
})
