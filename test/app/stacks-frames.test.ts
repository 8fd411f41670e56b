// Pictures of the page of stacks: each view at three sizes, with and without colours and Unicode, and what it says when
// there is nothing to see.
import test from 'ava'
import { frame } from '../../src/app/draw/frame.ts'
import { displayWidth } from '../../src/app/width.ts'
import { golden } from '../helpers/golden.ts'
import { fakeScreen, type FakeScreen, type ScreenOptions } from '../helpers/screen.ts'
import { fakeStackStream, type FakeStackOptions } from '../helpers/stacks.ts'
import { charsOf } from '../helpers/grids.ts'

const SIZES = [
  [80, 24],
  [120, 36],
  [200, 50],
] as const
const TICKS = 40

/** In a recording, whose stacks are all there. */
const screenOf = (options: ScreenOptions & FakeStackOptions = {}): FakeScreen =>
  fakeScreen({
    ticks: TICKS,
    messages: fakeStackStream({ ticks: TICKS, ...options }),
    ...options,
    initial: { replay: true, ...options.initial },
  })

const pictures = (
  name: string,
  keys: readonly string[],
  options: ScreenOptions & FakeStackOptions = {},
  sizes: readonly (readonly [number, number])[] = SIZES,
): void => {
  for (const [width, height] of sizes) {
    test(`${name} at ${width}x${height}`, (t) => {
      const screen = screenOf({ width, height, ...options })
      screen.press(...keys)
      golden(t, `${width}x${height}/stacks-${name}`, screen.picture())
    })
  }
}

const ONE = [[120, 36]] as const
const NODE_KEYS = ['/', 'n', 'o', 'd', 'e', 'enter', 'down', 's']

pictures('tree', NODE_KEYS)
pictures('tree-folded', [...NODE_KEYS, 'left', 'down', 'right', 'down'])
pictures('icicle', [...NODE_KEYS, 'v'])
pictures('flame', [...NODE_KEYS, 'v', 'v'])
pictures('oncpu', [...NODE_KEYS, 'm'], { mode: 'oncpu' })
pictures('now', [...NODE_KEYS, 'm', 'm', 'down'], { mode: 'now' })
pictures('all', ['s'], {}, ONE)
pictures('search', [...NODE_KEYS, 'v', '/', 'f', 's', 'y', 'n', 'c', 'enter', 'n'], {}, [
  [80, 24],
  [120, 36],
])
pictures('zoom', [...NODE_KEYS, 'v', 'down', 'down', 'right', 'enter', 'down'], {}, ONE)
pictures('inverted', [...NODE_KEYS, 'i'], {}, ONE)
pictures('wakers', [...NODE_KEYS, 'W', 'end'], {}, ONE)
pictures('states', [...NODE_KEYS, 'b', 'b', 'S'], {}, ONE)
pictures('ascii-tree', NODE_KEYS, { unicode: false, colour: false, hostile: true }, [
  [80, 24],
  [120, 36],
])
pictures('ascii-icicle', [...NODE_KEYS, 'v'], { unicode: false, colour: false, hostile: true }, [
  [80, 24],
  [120, 36],
])
pictures('plain-flame', [...NODE_KEYS, 'v', 'v'], { colour: false })
pictures('plain-oncpu', [...NODE_KEYS, 'm', 'v', '/', 'J', 'S', 'enter'], { mode: 'oncpu', colour: false })
pictures('plain-now', [...NODE_KEYS, 'm', 'm', 'down'], { mode: 'now', colour: false })
pictures('ascii-flame', [...NODE_KEYS, 'v', 'v'], { unicode: false, colour: false, hostile: true }, [[80, 24]])
pictures('hostile', [...NODE_KEYS, 'v', 'pagedown'], { hostile: true }, ONE)
pictures('smallest', NODE_KEYS, {}, [[60, 16]])

test('every line is as wide as the screen, whatever the names', (t) => {
  for (const unicode of [true, false]) {
    for (const mode of ['offcpu', 'oncpu', 'now'] as const) {
      const screen = screenOf({ hostile: true, unicode, mode, width: 97, height: 30 })
      screen.press(...NODE_KEYS, ...(mode === 'offcpu' ? [] : mode === 'oncpu' ? ['m'] : ['m', 'm']))
      for (const keys of [[], ['v'], ['v'], ['pageup', 'pagedown'], ['/', 'a'], ['enter', 'n']]) {
        screen.press(...keys)
        const { grid } = frame(screen.state, screen.store, screen.context)
        for (let y = 0; y < grid.height; y++) {
          const line = charsOf(grid)
            .slice(y * grid.width, (y + 1) * grid.width)
            .join('')
          t.is(displayWidth(line), grid.width)
          t.regex(line, unicode ? /^[^\p{C}]*$/u : /^[\x20-\x7e]*$/)
        }
      }
    }
  }
})
