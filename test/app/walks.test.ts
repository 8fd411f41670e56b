// Walks through the program: what each key changes, one after the other, on every page. Of the state only what is another
// after a key is told, and what the outside is asked for.
import test from 'ava'
import { frame } from '../../src/app/draw/frame.ts'
import type { Effect } from '../../src/app/app-types.ts'
import { wantOf } from '../../src/app/probes/wanted.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { editedSched } from '../helpers/sched.ts'
import { golden } from '../helpers/golden.ts'
import { fakeScreen, type FakeScreen, type ScreenOptions } from '../helpers/screen.ts'
import { fakeStackStream, type FakeStackOptions } from '../helpers/stacks.ts'

type Options = ScreenOptions & FakeStackOptions

const TICKS = 40
const SMALLEST = { width: 60, height: 16 }

/** Objects that are large, or the same on any way. */
const LEFT_OUT = new Set(['specs', 'library'])

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Numbers of paths are of the process; how many there are is not. */
const COUNTED = new Set(['open', 'runs'])

const text = (key: string, value: unknown): string =>
  Array.isArray(value) && COUNTED.has(key)
    ? `${value.length}`
    : (JSON.stringify(value, (inner, each) => (Array.isArray(each) && COUNTED.has(inner) ? each.length : each)) ?? '-')

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

/** A click on the first place of that text, `_` for a blank. */
const click = (screen: FakeScreen, text: string): void => {
  const { hits = [] } = frame(screen.state, screen.store, screen.context)
  const lines = screen.text().split('\n')
  const y = lines.findIndex((line) => line.includes(text))
  if (y < 0) throw new Error(`no ${text}`)
  const x = lines[y]!.indexOf(text)
  const under = hits.findLast((hit) => x >= hit.x && x < hit.x + hit.width && y >= hit.y && y < hit.y + hit.height)
  if (!under) throw new Error(`a click on ${text} means nothing`)
  screen.act(under.at?.(x - under.x, y - under.y) ?? under.action)
}

/** Keys by name; what begins with @ is clicked. */
const walk = (name: string, keys: string, options: Options = {}): void => {
  test(name, (t) => {
    const screen = fakeScreen({ ticks: TICKS, ...options })
    let before = told(screen)
    const lines = keys.split(' ').flatMap((key) => {
      screen.effects.length = 0
      if (key.startsWith('@')) click(screen, key.slice(1).replaceAll('_', ' '))
      else screen.press(key)
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
walk('columns-widths', '1 o down down down + + - < < space space - - - - - - - > K J o d escape')
walk('intervals', '- - - - - + + + + + + + + + + +')
walk('themes', 't t t t t t t t M M')
walk('compare', 'D D [ D D [ D > ] End D')
walk('line', ': : k : a { backspace left enter escape : : up escape')
walk('verdict', '! down down end pageup enter ! ! C down enter enter escape C escape')
walk(
  'mouse',
  '@sshd @sshd escape escape @COMMAND @COMMAND @3_block @fio 1 @by_process @by_CPU @WAITS/s @postgres down @postgres escape escape ! @nginx_1207: escape @run_queue, escape escape',
)
walk('mouse-lists', 'C-p t h e m e @light 0 @off-CPU escape 1 o @WAITS escape 4 down d @port @all escape @help escape')
walk('edges', 'up down S-tab S-tab up end down pagedown home pageup enter up end down home escape', SMALLEST)
walk('panel-edges', '2 up end down pageup pageup > > > > > > > > > > r r m m m m m m u u u u u escape', SMALLEST)
walk('help', '? up end down pagedown home pageup / t a b enter down end escape escape ? 1 ?')
walk(
  'lists-edges',
  '0 up up end down pagedown pageup home escape C-p up end down escape 1 o up end down home left right escape',
)
walk('time-edges', 'End ] [ home [ { { ] end } space space [ L [ l l c 3 [ enter escape End', { ticks: 12 })
walk('narrowed', '3 down enter 1 2 4 5 escape escape 4 down enter 1 d end enter escape escape', { detail: true })
walk('checklist', 'C down down enter space space down enter enter up home end escape C C escape C', SMALLEST)
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
stacks('left-searching', '/ f u enter 1 escape s / f u enter ! ! / f enter 0 escape / f enter C-p escape P')
stacks('edges', 'home up left left left end down right right right pagedown N i home left end H i', SMALLEST)
stacks('icicle-edges', 'v home up left left right right end down down left right i end enter escape escape', SMALLEST)
stacks('now-narrowed', 'm m down d escape end d', { mode: 'now' })
stacks('search-round', '/ s c h e d u l e $ enter n n n n n n n n n n n n n n N N N N N down n escape N')
stacks('spans', 'a a S S v space left right v m v m left right space a')
walk('stacks-live', 'down s > > > > > < < < < < < < W W a a m < m b b b i i H H E s')
/** Of processes of which the scheduler knows nothing. */
walk('stacks-unknown', 's end home d escape down d escape down down right d enter b d escape b d', {
  messages: fakeStackStream({ ticks: TICKS }).map((message) =>
    message.type === 'sample' && message.probe === 'sched'
      ? ({ ...message, data: editedSched(message.data, () => ({ procs: [] })) } as Message)
      : message,
  ),
  initial: { replay: true },
})
stacks('modes', 'm v m m W W S S b E d escape', {})
