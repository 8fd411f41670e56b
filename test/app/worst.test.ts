// The key that goes to the worst moment: the interval whose p99 is the greatest of those kept, in any panel with latency.
import test from 'ava'
import { viewIn } from '../../src/app/state.ts'
import { percentileNs } from '../../src/model/base/histogram.ts'
import { mergedOf } from '../../src/app/merged.ts'
import { worstOf } from '../../src/app/worst.ts'
import { panelOf } from '../../src/panels/registry.ts'
import type { Sample } from '../../src/stream/stream-types.ts'
import { fakeScreen } from '../helpers/screen.ts'

test('to the interval with the greatest p99, which is said; End goes live', (t) => {
  const screen = fakeScreen({ width: 120, height: 36 })
  screen.press('1', 'X')
  const merged = (sample: Sample) => mergedOf(sample, panelOf('runq', []), 'all')
  const all = (screen.store.samples('sched', Infinity) as Sample[]).map((sample) =>
    percentileNs(merged(sample)!, 0.99)!,
  )
  const shown = screen.store.latest('sched', screen.state.instantMs) as Sample
  t.is(percentileNs(merged(shown)!, 0.99), Math.max(...all))
  t.true(all.length > 1)
  t.regex(screen.state.notice!.text, new RegExp(`the worst of the ${all.length} intervals kept`))
  screen.press('end')
  t.is(screen.state.instantMs, undefined)
})

test('a panel without latency, and one that has seen none, say so', (t) => {
  const screen = fakeScreen({ width: 120, height: 36 })
  screen.press('4', 'X')
  t.regex(screen.state.notice!.text, /shows no latency/)
  const empty = fakeScreen({ messages: [] })
  t.is(worstOf(empty.state, viewIn(empty.state, empty.store)), undefined)
  empty.state = { ...empty.state, page: { is: 'verdict', at: 0, from: { is: 'overview' } } }
  empty.act({ do: 'worst' })
  t.regex(empty.state.notice!.text, /no latency of this panel is kept/, 'a page that is of no panel')
  empty.press('1', 'X')
  t.regex(empty.state.notice!.text, /no latency of this panel is kept/)
})
