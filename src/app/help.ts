// The help page as lines: the panel one came from with its columns, all keys, and how each probe is.
import type { Store } from '../model/store.ts'
import type { ProbeId } from '../stream/types.ts'
import { costWords, totalCost } from './cost.ts'
import type { Line } from './draw/lines.ts'
import { KEYS, keyName } from './keymap.ts'
import type { KeyEntry } from './keys/entry.ts'
import { currentPanel, isFullScreen, panelIn, panelsIn, panelState, type AppState } from './state.ts'
import type { PanelId } from './types.ts'
import { sanitize, wrap } from './width.ts'

const KEY_WIDTH = 28

export const helpLines = (state: AppState, store: Store, width: number): Line[] => {
  const id = currentPanel(state)
  const probes: Line[] = [
    [['Probes and their cost', 'title']],
    ...store.probes().flatMap((probe) => probeLines(probe, state, store, width)),
    ...text(totalCost(state, store), width),
  ]
  return [
    ...(state.cost ? [...probes, []] : []),
    ...(id ? panelHelp(id, state, width) : []),
    [['Keys', 'title']],
    ...KEYS.filter(({ where }) => where === 'global' || where === 'panel').flatMap((entry) => keyLines(entry, width)),
    [],
    [['While a recording is played', 'title']],
    ...KEYS.filter(({ where }) => where === 'player').flatMap((entry) => keyLines(entry, width)),
    [],
    [['On the page of stacks', 'title']],
    ...KEYS.filter(({ where }) => where === 'stacks').flatMap((entry) => keyLines(entry, width)),
    [],
    [['While typing a filter', 'title']],
    ...KEYS.filter(({ where }) => where === 'filter').flatMap((entry) => keyLines(entry, width)),
    [],
    [['Heat maps', 'title']],
    ...text(
      'Newest right, latency upwards (log scale), strength by count (log scale). Blank: nothing happened. Dots: nobody looked. A mark on top: events were lost. p99 is shown from 100 events on.',
      width,
    ),
    ...(state.cost ? [] : [[], ...probes]),
  ]
}

const panelHelp = (id: PanelId, state: AppState, width: number): Line[] => {
  const panel = panelIn(state, id)
  const columns = panel.columns(
    panelState(state, id).mode,
    isFullScreen(state) || panel.columns(panelState(state, id).mode, false).length === 0,
  )
  return [
    [[panel.title, 'title'], [`  ${panel.question}`]],
    ...text(panel.method, width),
    ...columns.flatMap(({ title, help }) => described(title || '>', help, width, 12)),
    [],
  ]
}

const keyLines = (entry: KeyEntry, width: number): Line[] =>
  described(entry.keys.map(keyName).join(' '), entry.help, width, KEY_WIDTH)

/** A term and what it means, the meaning wrapped beside it. */
const described = (term: string, meaning: string, width: number, termWidth: number): Line[] =>
  wrap(meaning, Math.max(20, width - termWidth - 3)).map((line, index): Line => [
    [` ${(index === 0 ? term : '').padEnd(termWidth)}`, 'key'],
    [line],
  ])

const text = (words: string, width: number): Line[] => wrap(words, width - 2).map((line): Line => [[` ${line}`, 'dim']])

const probeLines = (probe: ProbeId, state: AppState, store: Store, width: number): Line[] => {
  const status = store.status(probe, state.cursorMs)
  const names = panelsIn(state)
    .filter((panel) => panel.probe === probe)
    .map((panel) => panel.title)
    .join(', ')
  const said = 'why' in status ? `${status.is}: ${status.why} ${status.mend}` : status.is
  const cost = costWords(state, store, probe)
  return described(probe, sanitize(`${said}${names ? ` (${names})` : ''}${cost ? `. ${cost}` : ''}`), width, 12)
}
