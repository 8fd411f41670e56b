// Moving in a recording from the screen's side: what is kept is shown at once, the rest is read; steps add up.
import test from 'ava'
import { createStore } from '../../src/model/store.ts'
import { createPlaying } from '../../src/screen/playing.ts'
import { createPlayer } from '../../src/source/player.ts'
import { openRecording } from '../../src/source/recording.ts'
import type { Action } from '../../src/app/actions.ts'
import { fakeRecording } from '../helpers/recording.ts'
import { until } from '../helpers/programs.ts'
import { START_MS } from '../helpers/stream.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

test('steps that come while one is on the way add up; what comes before the shown instant is there, and what probes say', async (t) => {
  const player = createPlayer(await openRecording(fakeRecording(temporaryFolder(t), { ticks: 700 })))
  t.teardown(() => player.stop())
  await until(() => player.playback().progress === 1)
  const store = createStore()
  const actions: Action[] = []
  const perform = createPlaying(player, store, (action) => actions.push(action))
  for (const ticks of [500, 100, -200]) perform({ effect: 'seek', fromMs: START_MS + 1000, by: { ticks } })
  await until(() => actions.length > 0)
  t.deepEqual(actions.splice(0), [{ do: 'described' }, { do: 'at', atMs: START_MS + 401_000 }])
  const ticks = store.ticks()
  t.true(ticks.filter((atMs) => atMs <= START_MS + 401_000).length > 100)
  perform({ effect: 'seek', fromMs: START_MS + 401_000, by: { ticks: -2 } })
  t.deepEqual(actions.splice(0), [{ do: 'at', atMs: START_MS + 399_000 }], 'at once')
  perform({ effect: 'seek', fromMs: START_MS + 399_000, by: 'first' })
  await until(() => actions.length > 0)
  t.deepEqual(actions.splice(0), [{ do: 'described' }, { do: 'at', atMs: START_MS + 1000 }])
  perform({ effect: 'seek', fromMs: START_MS + 1000, by: { ticks: -1 } })
  t.like(actions[0], { do: 'notice', text: 'this is the beginning of the recording' })
})
