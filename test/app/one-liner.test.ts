import test from 'ava'
import { viewOf } from '../../src/model/view.ts'
import { libraryScript } from '../../src/app/library.ts'
import { pickerEntries } from '../../src/app/picker/picker-entries.ts'
import { actionFor } from '../../src/app/keys/keymap.ts'
import { initialState, panelIn, viewIn } from '../../src/app/state.ts'
import type { AppState } from '../../src/app/state-types.ts'
import { wantedProbes } from '../../src/app/probes/wanted.ts'
import { update } from '../../src/app/update.ts'
import type { Effect, Key } from '../../src/app/app-types.ts'
import { createStore } from '../../src/model/store.ts'

const store = createStore()
const press = (state: AppState, ...keys: Key[]): { state: AppState; effects: Effect[] } =>
  keys.reduce((before, key) => update(before.state, actionFor(before.state, key)!, store), {
    state,
    effects: [] as Effect[],
  })
const typed = (text: string): Key[] => [...text].map((ch) => ({ name: ch === ' ' ? 'space' : ch, ch }))
const key = (name: string): Key => ({ name })
const ONE = 'tracepoint:sched:sched_switch { @[comm] = count(); }'

test('a one-liner becomes a panel that is open and wanted; the engine is given its text', (t) => {
  const { state, effects } = press(initialState(), ...typed(`:${ONE}`), key('enter'))
  t.is(panelIn(state, 'one-liner').title, ONE.slice(0, 40))
  t.is(state.line, undefined)
  t.deepEqual(state.page, { is: 'panel', panel: 'one-liner' })
  t.true(wantedProbes(state).includes('one-liner' as never))
  t.is(panelIn(state, 'one-liner').spec?.source, ONE)
  const commands = effects.flatMap((effect) => (effect.effect === 'send' ? [effect.command] : []))
  t.like(
    commands.find(({ cmd }) => cmd === 'script'),
    { plan: { text: ONE } },
  )
  t.true(commands.some((command) => command.cmd === 'want' && 'one-liner' in command.probes!))
})

test('no more than the engine takes: said, and the page stays', (t) => {
  const full = Array.from({ length: 64 }).reduce<AppState>(
    (state) => press(state, ...typed('::a'), key('enter')).state,
    initialState(),
  )
  const after = press(full, ...typed('::b'), key('enter'))
  t.is(full.scripts.length, 64)
  t.deepEqual([after.state.scripts, after.state.page], [full.scripts, full.page])
  t.regex(after.state.notice!.text, /^64 scripts were opened/)
  t.false(after.effects.some((effect) => effect.effect === 'send' && effect.command.cmd === 'script'))
})

test('letters are typed whatever keys they are elsewhere; Esc leaves; a second one has a name of its own', (t) => {
  const typing = press(initialState(), ...typed('::qw:/?'))
  t.is(typing.state.line!.text, 'qw:/?')
  t.is(press(typing.state, key('escape')).state.line, undefined)
  const two = press(initialState(), ...typed('::a'), key('enter'), ...typed('::b'), key('enter'))
  t.deepEqual(
    two.state.specs.map(({ id }) => id),
    ['one-liner', 'one-liner-2'],
  )
})

test('the palette becomes the line by what begins like a one-liner, or by a second :; erased, it is the palette again', (t) => {
  const after = (text: string): string | undefined => press(initialState(), ...typed(`:${text}`)).state.line?.text
  for (const text of ['kprobe:', 't:sched', 'usdt:/bin/x:', 'BEGIN {', 'interval:s:1 { p', ' rt:a'])
    t.is(after(text), text, text)
  for (const text of ['kprobe', 'kworker/0:1', 'redis: worker', '{', 'theme', 'off-CPU: D'])
    t.is(after(text), undefined, text)
  const line = press(initialState(), ...typed('::k')).state
  const empty = press(line, key('backspace')).state
  t.deepEqual([empty.line?.text, empty.palette], ['', undefined])
  t.like(press(empty, key('backspace')).state, { line: undefined, palette: { filter: { text: '', editing: true } } })
  t.is(press(line, key('escape')).state.palette, undefined, 'Esc leaves it altogether')
})

test('history: newest first, once each', (t) => {
  const { state } = press(
    initialState(),
    ...typed('::a'),
    key('enter'),
    ...typed('::b'),
    key('enter'),
    ...typed('::a'),
    key('enter'),
  )
  t.deepEqual(state.lines, ['a', 'b'])
  const texts = ['up', 'up', 'up', 'down', 'down', 'down'].map(
    (
      (at) => (name: string) =>
        (at = press(at, key(name)).state).line!.text
    )(press(state, ...typed('::')).state),
  )
  t.deepEqual(texts, ['a', 'b', 'b', 'a', '', ''])
})

test('kept: written to a file as well; nothing typed does nothing; a recording runs nothing', (t) => {
  t.deepEqual(
    press(initialState(), ...typed('::a'), key('C-s')).effects.filter(({ effect }) => effect === 'keepScript'),
    [{ effect: 'keepScript', name: 'one-liner', text: 'a\n' }],
  )
  const nothing = press(initialState(), ...typed('::'), key('enter'))
  t.deepEqual([nothing.state.specs, nothing.state.line, nothing.state.lines], [[], undefined, []])
  const replay = press(initialState({ replay: true }), ...typed(':'))
  t.deepEqual(actionFor(replay.state, { name: ':', ch: ':' }), { do: 'refuse', reason: 'a recording runs nothing' })
  const refused = press(replay.state, ...typed(ONE)).state
  t.deepEqual([refused.line, refused.palette?.filter.text], [undefined, ONE])
  t.is(press(replay.state, ...typed('kprobe:')).state.notice?.text, 'a recording runs nothing')
})

test('scripts of the library stand behind the panels; one that is opened is a panel, and no script any more', (t) => {
  const library = [libraryScript('opens', '// title: files\n// question: Which?\ntracepoint:a:b { @ = count(); }')]
  const start = initialState({ library: () => library })
  t.like(pickerEntries(start, viewOf(store)).at(-1), { key: '+', title: 'files', question: 'Which?', area: 'others' })
  const { state, effects } = press(start, ...typed('0'), key('end'), key('enter'))
  t.deepEqual(state.page, { is: 'panel', panel: 'opens' })
  t.deepEqual(
    effects.flatMap((effect) =>
      effect.effect === 'send' && effect.command.cmd === 'script' ? [effect.command.plan.id] : [],
    ),
    ['opens'],
  )
  t.false(pickerEntries(state, viewIn(state, store)).some(({ key }) => key === '+'))
})

test('no more than two thousand characters are taken, and of a filter eighty, whole ones', (t) => {
  const long = '🔥'.repeat(2500)
  const opened = update(initialState(), { do: 'line', what: 'open' }, store).state
  t.is([...update(opened, { do: 'lineType', text: long }, store).state.line!.text].length, 2000)
  t.is([...update(initialState(), { do: 'filterType', text: long }, store).state.filter.text].length, 80)
})
