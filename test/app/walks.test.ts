// Walks through the program: what each key changes, one after the other, on every page. Of the state only what is another
// after a key is told, and what the outside is asked for.
import test from 'ava'
import type { Effect } from '../../src/app/types.ts'
import { wantOf } from '../../src/app/wanted.ts'
import { golden } from '../helpers/golden.ts'
import { fakeScreen, type FakeScreen, type ScreenOptions } from '../helpers/screen.ts'
import { fakeStackStream, type FakeStackOptions } from '../helpers/stacks.ts'

type Options = ScreenOptions & FakeStackOptions

const TICKS = 40

/** Objects that are large, or the same on any way. */
const LEFT_OUT = new Set(['specs', 'library'])

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Numbers of paths are of the process; how many there are is not. */
const COUNTED = new Set(['open', 'runs'])

const text = (key: string, value: unknown): string =>
  Array.isArray(value) && COUNTED.has(key) ? `${value.length}` : (JSON.stringify(value) ?? '-')

const effectText = (effect: Effect): string =>
  effect.effect === 'send' && effect.command.cmd === 'want' ? 'want' : JSON.stringify(effect)

/** What is another now, by its path. */
const changes = (before: object, after: object, path = ''): string[] => {
  const [was, is] = [before, after] as Record<string, unknown>[]
  return [...new Set([...Object.keys(was!), ...Object.keys(is!)])].flatMap((key) => {
    const [a, b] = [was![key], is![key]]
    if (LEFT_OUT.has(key) || JSON.stringify(a) === JSON.stringify(b)) return []
    if (isObject(a) && isObject(b)) return changes(a, b, `${path}${key}.`)
    return [`  ${path}${key}: ${text(key, b)}`]
  })
}

const told = ({ state }: FakeScreen): object => ({ ...state, want: wantOf(state) })

const walk = (name: string, keys: string, options: Options = {}): void => {
  test(name, (t) => {
    const screen = fakeScreen({ ticks: TICKS, ...options })
    let before = told(screen)
    const lines = keys.split(' ').flatMap((key) => {
      screen.effects.length = 0
      screen.press(key)
      const after = told(screen)
      const lines = [key, ...changes(before, after), ...screen.effects.map((effect) => `  ! ${effectText(effect)}`)]
      before = after
      return lines
    })
    golden(t, `walks/${name}`, lines.join('\n'))
  })
}

/** In a recording, whose stacks are all there, of one process. */
const stacks = (name: string, keys: string, options: Options = {}): void =>
  walk(`stacks-${name}`, `/ n o d e enter down s ${keys}`, {
    messages: fakeStackStream({ ticks: TICKS, ...options }),
    initial: { replay: true },
    ...options,
  })

walk(
  'overview',
  'tab tab S-tab down down up end home pagedown pageup > > < r m i u u u u l l escape enter escape 1 escape',
)
walk(
  'panel',
  '1 down down pagedown > r m m d down enter escape escape 2 m m down enter escape tab S-tab 2 8 9 x escape',
)
walk('time', '[ [ ] { } End L space [ space home end + + - - space L', { ticks: 90 })
walk('recording', 'space ] ] [ { } < > + - space End', { initial: { replay: true, player: true } })
walk('filter', '/ n o x backspace d enter down escape / a escape / C-u enter')
walk('choice', '4 down d down down up enter escape d escape 3 m down enter escape 3 down d end enter', { detail: true })
walk('process', 'down enter down pagedown end home s escape escape 7 down enter escape n d escape', { targetPid: 812 })
walk('program', 'c c t t T T T b > > < enter b escape M w W e P P ? down / k e y enter escape ? q', { cost: true })
walk('picker', '0 down down up t c p backspace enter 0 end space home escape 0 r u n enter escape')
walk('palette', 'C-p down down up s o r t enter C-p escape C-p t h e m e enter')
walk('columns', '1 o down space down left right s d enter o escape')
walk('line', ': k : a { backspace left enter escape : up escape')
walk('verdict', '! down down end pageup enter ! ! C down enter enter escape C escape')
stacks(
  'tree',
  'down down right right left left end home pagedown pageup left down left down right enter escape d down enter escape',
)
stacks('inverted', 'i down down left right i H down H T > < b S')
stacks('icicle', 'v down down down right left right up enter down escape home end pagedown')
stacks('flame', 'v v up up up right left down enter up escape home end pageup')
stacks('search', '/ f u t e x enter n n N down n N / C-u enter n')
stacks('boxes-search', 'v / s c h e d enter n n N n')
stacks('now', 'm m down down up end home / f enter n N enter', { mode: 'now' })
stacks('modes', 'm v m m W W S S b E d escape', {})
