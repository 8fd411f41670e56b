// What the player of a recording is told by what changes on the screen.
import test from 'ava'
import type { AppState } from '../../src/app/state-types.ts'
import { update } from '../../src/app/update.ts'
import { fakeScreen } from '../helpers/screen.ts'

const screen = fakeScreen({ ticks: 5, initial: { replay: true } })
const [, second] = screen.store.ticks() as [number, number]
const playing: AppState = { ...screen.state, replay: true, player: { times: 1 } }
const effects = (state: AppState, action: Parameters<typeof update>[1]) =>
  update(state, action, screen.store).effects.filter(({ effect }) => effect !== 'send')

test('it stands still while an instant is shown, and goes on from there', (t) => {
  const newest = screen.store.ticks().at(-1)!
  t.deepEqual(effects(playing, { do: 'freeze' }), [{ effect: 'hold', instants: [newest] }, { effect: 'pause' }])
  t.deepEqual(effects({ ...playing, instantMs: second }, { do: 'freeze' }), [
    { effect: 'hold', instants: [] },
    { effect: 'play', afterMs: second },
  ])
  t.deepEqual(effects(playing, { do: 'help' }), [])
})

test('its pace is told when it changes', (t) => {
  t.deepEqual(effects(playing, { do: 'speed', step: 1 }), [{ effect: 'speed', times: 2 }])
  t.deepEqual(effects(playing, { do: 'speed', step: -1 }), [])
})

test('what is live has no player to be told', (t) => {
  t.deepEqual(
    effects({ ...screen.state, player: undefined }, { do: 'freeze' }).map(({ effect }) => effect),
    ['hold'],
  )
})
