// The picker: all panels by area, searched by typing; Enter opens, Space puts on the overview.
import test from 'ava'
import { viewIn } from '../../src/app/state.ts'
import { libraryScript, refusedScript } from '../../src/app/library.ts'
import { AREAS } from '../../src/stream/areas.ts'
import { areaOfTool } from '../../src/app/picker/tool-areas.ts'
import { SPECS } from '../../src/engine/probes/registry.ts'
import { TOOL_NAMES } from '../../src/model/tools/tools.ts'
import { allPanels } from '../../src/panels/registry.ts'
import { pickerEntries } from '../../src/app/picker/picker-entries.ts'
import { update } from '../../src/app/update.ts'
import { wantedProbes } from '../../src/app/probes/wanted.ts'
import { golden } from '../helpers/golden.ts'
import { queueStream } from '../helpers/described.ts'
import { fakeScreen, type FakeScreen, type ScreenOptions } from '../helpers/screen.ts'
import { endMs } from '../helpers/stream.ts'

const SCRIPT =
  '// title: slow calls\n// area: file systems\n// question: Which are slow?\ntracepoint:a:b { @ = count(); }'
const library = [
  libraryScript('slowcalls', SCRIPT),
  libraryScript('probes', '// title: needs kprobes\nkprobe:x { @ = count(); }', () => 'this kernel has no kprobes'),
  { ...libraryScript('runqlat', 'runqlat'), question: 'How long?', tool: 'runqlat' },
]

const open = (options: ScreenOptions = {}): FakeScreen => {
  const screen = fakeScreen({
    ...options,
    messages: queueStream({ ticks: 60, ...options }),
    initial: { library: () => library, ...options.initial },
  })
  screen.state = update(screen.state, { do: 'described' }, screen.store).state
  screen.press('0')
  return screen
}

const titles = (screen: FakeScreen): string[] =>
  pickerEntries(screen.state, viewIn(screen.state, screen.store)).map(({ title, area }) => `${area}: ${title}`)

test('all by area, at the panel one is at; those that cannot be had say why', (t) => {
  for (const size of [
    { width: 80, height: 24 },
    { width: 120, height: 36 },
    { width: 200, height: 50 },
  ])
    golden(t, `picker-${size.width}`, open(size).picture())
  const screen = open()
  const areas = pickerEntries(screen.state, viewIn(screen.state, screen.store)).map(({ area }) => AREAS.indexOf(area))
  t.deepEqual(
    areas,
    [...areas].sort((a, b) => a - b),
  )
  t.regex(screen.text(), /▸ 1 run queue {12}\*/)
  t.regex(screen.text(), /needs kprobes .*not here: this kernel has no kprobes/)
  t.true(titles(screen).includes('file systems: slow calls'))
  t.true(titles(screen).includes('CPU: runqlat'))
})

test('what is not run says why, and becomes no panel', (t) => {
  const initial = { library: () => [refusedScript('theirs', 'it can be written by others')] }
  for (const keys of [['enter'], ['space']]) {
    const screen = open({ initial })
    screen.type('theirs')
    t.regex(screen.text(), /theirs .*not here: it can be written by others/)
    screen.press(...keys)
    t.deepEqual(screen.state.scripts, [])
    t.is(screen.state.notice?.text, 'it can be written by others')
  }
  const screen = open({ initial })
  screen.press('escape', 'C-p')
  screen.type('panel theirs')
  screen.press('enter')
  t.deepEqual(screen.state.scripts, [])
  t.is(screen.state.notice?.text, 'it is not run: it can be written by others')
})

test('typing searches titles, questions, areas, hooks; Enter opens', (t) => {
  const screen = open()
  screen.type('mail')
  t.deepEqual(titles(screen), ['others: mail queue'])
  screen.press('enter')
  t.deepEqual(screen.state.page, { is: 'panel', panel: 'mail' })
  t.is(screen.state.picker, undefined)
  screen.press('0')
  screen.type('tracepoint:a:b')
  screen.press('enter')
  t.deepEqual(screen.state.page, { is: 'panel', panel: 'slowcalls' })
  screen.press('0', 'C-u')
  screen.type('qxqx')
  t.regex(screen.text(), /no panel has that/)
  screen.press('enter', 'space', 'down')
  t.not(screen.state.picker, undefined)
  screen.press('C-w')
  t.true(titles(screen).length > 7)
  screen.press('escape')
  t.is(screen.state.picker, undefined)
  t.deepEqual(screen.state.page, { is: 'panel', panel: 'slowcalls' })
})

test('Space puts a panel on the overview and takes it away, a script, too; the last one stays', (t) => {
  const screen = open()
  screen.type('mail')
  screen.press('space')
  t.is(screen.state.panels.at(-1), 'mail')
  t.regex(screen.text(), /mail queue is on the overview/)
  screen.press('space')
  t.false(screen.state.panels.includes('mail'))
  screen.press('C-u')
  screen.type('slow')
  screen.press('space')
  t.is(screen.state.panels.at(-1), 'slowcalls')
  t.is(screen.state.page.is, 'overview')
  t.true(wantedProbes(screen.state).includes('slowcalls' as never))
  t.is(screen.effects.filter((each) => each.effect === 'send' && each.command.cmd === 'script').length, 1)
  for (const id of screen.state.panels.slice()) {
    screen.press('C-u')
    screen.state = {
      ...screen.state,
      picker: {
        at: pickerEntries(screen.state, viewIn(screen.state, screen.store)).findIndex(({ panel }) => panel?.id === id),
        filter: { text: '', editing: true },
      },
    }
    screen.press('space')
  }
  t.is(screen.state.panels.length, 1)
  t.true(screen.state.panels.includes(screen.state.focus))
  t.regex(screen.text(), /one panel at least/)
})

test('of each panel how it comes about and in which area it is: ours, a script, a tool of bcc', (t) => {
  const screen = open()
  // a script and a tool that were opened are panels as well
  for (const word of ['slow', 'runqlat']) {
    screen.type(word)
    screen.press('enter', '0')
  }
  const told = pickerEntries(screen.state, viewIn(screen.state, screen.store)).map(
    ({ area, key, title, kind, hooks, isShown, lacks, script }) =>
      [area, key, title, kind, hooks.length, isShown ? 'shown' : '', lacks ?? '', script ? '+' : ''].join(' | '),
  )
  golden(t, 'picker-entries', told.join('\n'))
})

test('a recording has its panels; what never ran in it is not to be opened', (t) => {
  const screen = open({ initial: { replay: true, library: () => library } })
  screen.type('slow')
  screen.press('enter')
  t.not(screen.state.picker, undefined)
  t.regex(screen.text(), /a recording shows only what ran/)
  screen.press('space')
  t.is(screen.state.scripts.length, 0)
})

test('what each cost when it was measured last stays', (t) => {
  const screen = open()
  const atMs = endMs({ ticks: 60 })
  screen.receive({
    type: 'cost',
    atMs,
    intervalMs: 1000,
    cpus: 8,
    limitPercent: 3,
    probes: [{ probe: 'sched', source: 'CO-RE', programs: 4, iterators: 1, runs: 1000, runNs: 30e6 }],
  })
  screen.receive({ type: 'cost', atMs: atMs + 1, intervalMs: 1000, cpus: 8, limitPercent: 3, probes: [] })
  t.regex(screen.text(), /run queue .* 3\.00% Who waits/)
  t.regex(screen.text(), /last run: CO-RE: 4 programs, 1 iterator, 3\.00 % of a CPU/)
})

test('every panel and every tool of ours has an area', (t) => {
  for (const { id, area } of allPanels(SPECS)) t.not(area, 'others', id)
  for (const name of TOOL_NAMES) t.not(areaOfTool(name), 'others', name)
})
