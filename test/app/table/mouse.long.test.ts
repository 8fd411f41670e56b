// Every place that can be clicked.
import test from 'ava'
import { frame } from '../../../src/app/draw/frame.ts'
import { update } from '../../../src/app/update.ts'
import { fakeScreen, type FakeScreen } from '../../helpers/screen.ts'

test('every place of every page can be clicked, and leaves a screen', (t) => {
  for (const keys of [[], ['1'], ['5'], ['!'], ['s'], ['?'], ['0'], ['d'], ['C-p'], ['down', 'enter'], ['/', 'x']]) {
    const fresh = (): FakeScreen => {
      const screen = fakeScreen({ ticks: 20, targetPid: 812, detail: true })
      screen.press(...keys)
      return screen
    }
    const { hits = [] } = frame(fresh().state, fresh().store, fresh().context)
    t.true(hits.length > 0)
    for (const { action, at, drag, width, height } of hits) {
      const inside = at ? [at(0, 0), at(width - 1, height - 1), at(width >> 1, height >> 1)] : []
      for (const each of [action, ...inside, ...(drag ? [drag(0)] : [])]) {
        const screen = fresh()
        screen.state = update(screen.state, each, screen.store).state
        t.true(screen.text().length > 1000)
      }
    }
  }
})
