// The deepest stacks that are let in do not overflow our own: every view, movement and export goes through them.
import test from 'ava'
import { viewIn } from '../../src/app/state.ts'
import { stacksExport, foldedText, speedscopeData } from '../../src/app/stacks/export.ts'
import { decodeLine } from '../../src/stream/codec.ts'
import { MOST_FRAMES } from '../../src/stream/shape.ts'
import type { Sample } from '../../src/stream/stream-types.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { endMs } from '../helpers/stream.ts'

const deep = (frames: number): Sample<'stacks'> => {
  const user = Array.from({ length: frames }, (_, i) => i)
  const waker = { pid: 2, comm: 'waker', user, kernel: user }
  return {
    type: 'sample',
    probe: 'stacks',
    atMs: endMs({ ticks: 3 }),
    intervalMs: 1000,
    lost: 0,
    data: {
      mode: 'offcpu',
      frames: user.map((i) => ({ name: `f${i}`, kind: i % 2 ? 'user' : 'kernel' })),
      stacks: [{ pid: 1, comm: 'deep', state: 'S', ns: 1e9, count: 1, user, kernel: user, waker }],
      thresholdNs: 0,
    },
  }
}

test('more frames than are let in: the line is unreadable, not the end', (t) => {
  for (const frames of [MOST_FRAMES + 1, 200_000]) {
    const message = decodeLine(JSON.stringify(deep(frames)), 0)
    t.is(message?.type, 'log')
    t.regex(message?.type === 'log' ? message.text : '', /more than 512 frames/)
  }
  t.is(decodeLine(JSON.stringify(deep(MOST_FRAMES)), 0)?.type, 'sample')
})

test('as deep as can be: tree, icicle, flame, search, inverted, export', (t) => {
  const screen = fakeScreen({ ticks: 3, initial: { replay: true } })
  screen.receive(
    { type: 'status', atMs: endMs({ ticks: 3 }), probe: 'stacks', status: { is: 'live' } },
    deep(MOST_FRAMES),
  )
  screen.press('s', 'W')
  t.regex(screen.text(), /f511/)
  const started = performance.now()
  for (const key of ['v', 'i']) {
    screen.press(key, 'G')
    t.true(screen.text().length > 0)
  }
  screen.press('/')
  screen.type('9')
  screen.press('enter', 'n', 'enter')
  t.true(screen.text().length > 0)
  const exported = stacksExport(screen.state, viewIn(screen.state, screen.store))
  if (exported) t.true(foldedText(exported).length > 0 && speedscopeData(exported, 'x').profiles.length === 1)
  t.log(`${Math.round(performance.now() - started)} ms`)
})
