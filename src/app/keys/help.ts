// The help page as lines: the panel one came from with its columns, all keys, and how each probe is.
import { inPanelOrder } from '../../panels/registry.ts'
import type { View } from '../../model/view.ts'
import type { ProbeId } from '../../stream/probe-ids.ts'
import type { PanelId } from '../../panels/panel-types.ts'
import { sanitize } from '../../stream/harmless.ts'
import { costWords, totalCost } from '../cost.ts'
import { keyName, keysIn, labelOf } from './keymap.ts'
import type { KeyEntry, Scope } from '../key-entry.ts'
import { kindOf } from '../pages/registry.ts'
import { currentPanel, isFullScreen, panelIn, panelsIn, panelState, specOf } from '../state.ts'
import type { AppState } from '../state-types.ts'
import { folded, wrap } from '../width.ts'
import type { Line } from '../lines.ts'

const KEY_WIDTH = 28

/** Of a key also what the last line of the screen and the palette call it: that is what one looks for. */
interface Entry {
  lines: Line[]
  called?: string
}

/** A title with what follows it, and the entries one may look for. */
interface Section {
  head: Line[]
  entries: Entry[]
}

const said = (lines: Line[]): Entry => ({ lines })

/** The page one is on first. While something is searched for, only entries that have it, below their titles. */
export const helpLines = (state: AppState, view: View, width: number): Line[] => {
  const probes: Section = {
    head: [[['Probes and their cost', 'title']]],
    entries: [
      ...inPanelOrder(view.store.probes()).map((probe) => said(probeLines(probe, state, view, width))),
      said(text(totalCost(state, view), width)),
    ],
  }
  const stacks = keysOf(state, 'On the page of stacks', ['stacks'], width)
  const player = keysOf(state, 'While a recording is played', ['player'], width)
  const choice = keysOf(state, 'In the list of what to narrow to', ['choice'], width)
  const columns = keysOf(state, 'In the menu of columns', ['columns'], width)
  const isStacks = kindOf(state).scope === 'stacks'
  const menu = state.columnMenu ? columns : state.choice ? choice : undefined
  const all: Section[] = [
    ...(menu ? [menu] : []),
    ...(state.cost ? [probes] : []),
    ...hereOf(state, width),
    ...(isStacks ? [stacks] : []),
    ...(state.player ? [player] : []),
    keysOf(state, 'Keys', ['global', 'panel'], width),
    ...(state.player ? [] : [player]),
    ...(isStacks ? [] : [stacks]),
    ...[choice, columns].filter((section) => section !== menu),
    keysOf(state, 'In the picker of panels', ['picker'], width),
    keysOf(state, 'In the palette', ['palette'], width),
    keysOf(state, 'While typing a filter', ['filter'], width),
    keysOf(state, 'While typing a one-liner', ['line'], width),
    keysOf(state, 'Here', ['dialog'], width),
    {
      head: [[['Heat maps', 'title']]],
      entries: [
        said(
          text(
            'Newest right, latency upwards (log scale), strength by count (log scale). Blank: nothing happened. Dots (` without Unicode): nobody looked. ! on top: events were lost; ~: sampled, so estimated. No distribution, or upright lines where that has no room: only counted. p99 is shown from 100 events on.',
            width,
          ),
        ),
      ],
    },
    ...(state.cost ? [] : [probes]),
  ]
  const wanted = (state.help?.filter.text ?? '').toLowerCase()
  const found = all.flatMap((section) => lookedFor(section, wanted))
  return found.length > 0 ? found.slice(0, -1) : [[[` nothing here says ${sanitize(wanted)}`, 'warn']]]
}

const lookedFor = ({ head, entries }: Section, wanted: string): Line[] => {
  const shown = wanted === '' ? entries : entries.filter((entry) => textOf(entry).includes(wanted))
  return shown.length === 0 && wanted !== '' ? [] : [...head, ...shown.flatMap(({ lines }) => lines), []]
}

/** As one reads it: words wrapped to the next line are next to each other. */
const textOf = ({ lines, called = '' }: Entry): string =>
  [called, ...lines.flatMap((line) => line.map(([words]) => words))].join(' ').replace(/\s+/g, ' ').toLowerCase()

/** What the page is about, and the keys that are its own. */
const hereOf = (state: AppState, width: number): Section[] => {
  const id = currentPanel(state)
  if (id) return [panelHelp(id, state, width)]
  const { about } = kindOf(state)
  if (!about) return []
  const own = keysIn(state).filter((entry) => entry.where === 'panel' && entry.shown(state))
  return [
    {
      head: [[[about.title, 'title'], [`  ${about.question}`]], ...text(about.text, width)],
      entries: own.map((entry) => keyEntry(entry, state, width)),
    },
  ]
}

const keysOf = (state: AppState, title: string, scopes: readonly Scope[], width: number): Section => ({
  head: [[[title, 'title']]],
  entries: keysIn(state)
    .filter(({ where }) => scopes.includes(where))
    .map((entry) => keyEntry(entry, state, width)),
})

const panelHelp = (id: PanelId, state: AppState, width: number): Section => {
  const panel = panelIn(state, id)
  const { mode } = panelState(state, id)
  const columns = panel.columns(mode, isFullScreen(state) || panel.columns(mode, false).length === 0)
  const ways = specOf(state, panel.probe)?.cheaper?.map(({ is, gives }) => `it is ${is}: ${gives}`)
  const method = ways
    ? `${panel.method} Where that costs too much ${ways.join('; where that does, too, ')}.`
    : panel.method
  return {
    head: [[[panel.title, 'title'], [`  ${panel.question}`]], ...text(method, width)],
    entries: [
      ...columns.map(({ title, help }) => said(described(title || '>', help, width, 12))),
      ...(panel.spec?.source === undefined ? [] : [said(sourceLines(panel.spec.source, width))]),
    ],
  }
}

/** What runs, in full, whatever its lines are as long as. */
const sourceLines = (source: string, width: number): Line[] => [
  [],
  [['What runs', 'title']],
  ...source
    .split('\n')
    .flatMap((line) =>
      folded(sanitize(line.replaceAll('\t', '    ')), Math.max(20, width - 2 - GOES_ON.length)).map(
        (part, index): Line => [[` ${index > 0 ? GOES_ON : ''}`, 'dim'], [part]],
      ),
    ),
]

const GOES_ON = '  > '

const keyEntry = (entry: KeyEntry, state: AppState, width: number): Entry => ({
  lines: described(entry.keys.map(keyName).join(' '), entry.help, width, KEY_WIDTH),
  called: labelOf(entry, state),
})

/** A term and what it means, the meaning wrapped beside it. */
const described = (term: string, meaning: string, width: number, termWidth: number): Line[] =>
  wrap(meaning, Math.max(20, width - termWidth - 3)).map((line, index): Line => [
    [` ${(index === 0 ? term : '').padEnd(termWidth)}`, 'key'],
    [line],
  ])

const text = (words: string, width: number): Line[] => wrap(words, width - 2).map((line): Line => [[` ${line}`, 'dim']])

const probeLines = (probe: ProbeId, state: AppState, view: View, width: number): Line[] => {
  const status = view.status(probe)
  const names = panelsIn(state)
    .filter((panel) => panel.probe === probe)
    .map((panel) => panel.title)
    .join(', ')
  const words = 'why' in status ? `${status.is}: ${status.why} ${status.hint}` : status.is
  const cost = costWords(view, probe)
  return described(probe, sanitize(`${words}${names ? ` (${names})` : ''}${cost ? `. ${cost}` : ''}`), width, 12)
}
