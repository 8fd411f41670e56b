// The cursor in time: steps from one interval to the next, and where they end; places in a recording, and its pace.
import test from 'ava'
import { viewOf } from '../../src/model/view.ts'
import { initialState, viewIn } from '../../src/app/state.ts'
import type { AppState } from '../../src/app/state-types.ts'
import { freeze, seek, speed, step, stepsBack, stepsTo } from '../../src/app/time.ts'
import { createStore } from '../../src/model/store.ts'
import { fakeStream } from '../helpers/stream.ts'

const store = createStore()
for (const message of fakeStream({ ticks: 3 })) store.add(message)
const [first, second, third] = store.ticks() as [number, number, number]
const empty = createStore()
const live = initialState()
const at = (instantMs: number): AppState => ({ ...live, instantMs })

test('freezing shows the newest interval, if there is one', (t) => {
  t.is(freeze(live, viewOf(store)).instantMs, third)
  t.is(freeze(live, viewOf(empty)).instantMs, undefined)
  t.regex(freeze(live, viewOf(empty)).notice!.text, /nothing to freeze/)
})

test('steps are whole intervals, from between two of them, too, and end at the ends', (t) => {
  const cases: [AppState, number, number, RegExp?][] = [
    [live, -1, second],
    [live, 0, third, /newest/],
    [at(third), -2, first],
    [at(second + 1), -1, first],
    [at(second + 1), 1, third],
    [at(second), -5, first],
    [at(first), -1, first, /nothing older/],
    [at(third), 1, third, /newest/],
    [at(first - 9999), 1, second],
  ]
  for (const [state, by, to, notice] of cases) {
    const { instantMs, notice: said } = step(state, by, viewOf(store))
    t.is(instantMs, to)
    t.is(said === undefined, notice === undefined)
    if (notice) t.regex(said!.text, notice)
  }
  t.regex(step(live, -1, viewOf(empty)).notice!.text, /nothing collected/)
})

test('how far back it is', (t) => {
  t.deepEqual(
    [live, at(third), at(second), at(first), at(third + 9)].map((state) => stepsBack(state, viewIn(state, store))),
    [0, 0, 1, 2, 0],
  )
})

test('a place in a recording is asked for from where one is', (t) => {
  const player = { times: 1 }
  t.deepEqual(seek({ ...live, player }, 'first', viewOf(store)).effects, [
    { effect: 'seek', fromMs: third, by: 'first' },
  ])
  const { state, effects } = seek({ ...at(first), player }, { ms: 60_000 }, viewOf(store))
  t.is(state.instantMs, first)
  t.deepEqual(effects, [{ effect: 'seek', fromMs: first, by: { ms: 60_000 } }])
  for (const nothing of [seek(live, 'last', viewOf(store)), seek({ ...live, player }, 'last', viewOf(empty))]) {
    t.deepEqual(nothing.effects, [])
    t.is(nothing.state.instantMs, undefined)
    t.regex(nothing.state.notice!.text, /nothing to move in/)
  }
})

test('the pace goes up and down its steps, and says where they end', (t) => {
  const from = (times: number, by: 1 | -1) => speed({ ...live, player: { times } }, by)
  t.deepEqual([from(1, 1).player, from(10, 1).player, from(10, -1).player], [{ times: 2 }, { times: 20 }, { times: 5 }])
  t.like(from(100, 1), { player: { times: 100 }, notice: { text: '100x is the fastest' } })
  t.like(from(1, -1), { player: { times: 1 }, notice: { text: '1x is the slowest' } })
  t.is(speed(live, 1).player?.times, 2)
})

test('how many intervals away an instant is: one before all that is kept is as far as the first', (t) => {
  t.is(stepsTo(at(third), first - 5000, viewOf(store, [], third)), -2)
  t.is(stepsTo(live, first - 5000, viewOf(store)), -2)
  t.is(stepsTo(at(first), third + 1, viewOf(store, [], first)), 2)
  t.is(stepsTo(at(second), second + 1, viewOf(store, [], second)), 0)
  t.is(stepsTo(live, third, viewOf(empty)), undefined)
})
