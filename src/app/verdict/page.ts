// The page of the verdict: what stands out, what was looked at and is fine, and what cannot be told now; moved in, and
// left for the panel that shows an entry.
import type { View } from '../../model/view.ts'
import type { Move } from '../actions.ts'
import { NO_FILTER } from '../filter.ts'
import { moved } from '../moves.ts'
import { panelIn, panelsIn, panelState } from '../state.ts'
import type { AppState } from '../state-types.ts'
import type { Page } from '../page-types.ts'
import { displayWidth, fit, fitLeft, wrap } from '../width.ts'
import { sanitize } from '../../stream/harmless.ts'
import type { Goal, Rule } from '../rule.ts'
import { limitsOf, limitsText, verdictOf, worstText, type Check, type Finding, type Verdict } from './verdict.ts'
import type { Glyphs } from '../glyphs.ts'
import type { Line } from '../lines.ts'

type VerdictPage = Extract<Page, { is: 'verdict' }>

export const verdictIn = (state: AppState, view: View): Verdict =>
  verdictOf(view, { thresholds: state.thresholds, replay: state.replay })

export const toggleVerdict = (state: AppState): AppState =>
  state.page.is === 'verdict'
    ? { ...state, page: state.page.from }
    : { ...state, page: { is: 'verdict', at: 0, from: state.page } }

type Entry = { finding: Finding } | { check: Exclude<Check, { is: 'found' }> }

/** In the order in which they are shown. */
const entriesOf = ({ findings, checks }: Verdict): Entry[] => [
  ...findings.map((finding) => ({ finding })),
  ...(['fine', 'blind'] as const).flatMap((is) => checks.flatMap((check) => (check.is === is ? [{ check }] : []))),
]

export const moveVerdict = (state: AppState, page: VerdictPage, by: Move, room: number, view: View): AppState => {
  const last = Math.max(0, entriesOf(verdictIn(state, view)).length - 1)
  return { ...state, page: { ...page, at: moved(page.at, by, { page: room, last }) } }
}

/** To what the entry is about, out of all that was entered; Esc leads back here. */
export const enterVerdict = (state: AppState, page: VerdictPage, view: View): AppState => {
  const entry = entriesOf(verdictIn(state, view))[page.at]
  const goal = entry && goalOf(state, entry)
  if (!goal || !panelsIn(state).some(({ id }) => id === goal.panel))
    return { ...state, notice: { text: 'no panel shows this', role: 'warn' } }
  return toGoal(state, goal)
}

const goalOf = (state: AppState, entry: Entry): Goal | undefined => {
  if ('finding' in entry) return entry.finding.to
  const panel = panelsIn(state).find(({ probe }) => probe === entry.check.rule.probe)
  return panel && { panel: panel.id }
}

export const toGoal = (state: AppState, { panel: id, mode: asked, sort, row }: Goal): AppState => {
  const panel = panelIn(state, id)
  const mode = panel.modes.find((each) => each.id === asked)?.id ?? panelState(state, id).mode
  return {
    ...state,
    crumbs: [],
    filter: NO_FILTER,
    focus: state.panels.includes(id) ? id : state.focus,
    page: { is: 'panel', panel: id, before: { page: state.page, crumbs: state.crumbs } },
    byPanel: {
      ...state.byPanel,
      [id]: {
        ...panelState(state, id),
        mode,
        sort: undefined,
        selected: undefined,
        ...(sort ? { sort } : {}),
        ...(row ? { selected: { index: 0, ...row } } : {}),
      },
    },
  }
}

interface VerdictLines {
  lines: Line[]
  /** The line of the entry one is at. */
  at: number
  /** By line of its words, below the others that it has: which entry it is. */
  entries: ReadonlyMap<number, number>
  /** By entry. */
  rules: readonly Rule[]
}

const WIDEST_LABEL = 64
/** What a check found, and its thresholds; a narrow list has as many as leave room for what is looked at. */
const COLUMNS = [
  ['worst now', 11],
  ['stands out', 12],
  ['bad', 8],
  ['over', 7],
] as const
const GUTTER = 5
/** Columns that nothing but a long sentence goes beyond. */
export const VERDICT_WIDTH = GUTTER + WIDEST_LABEL + COLUMNS.reduce((sum, [, width]) => sum + width, 0)

interface Widths {
  label: number
  columns: number
}

const widthsIn = (width: number, entries: readonly Entry[]): Widths => {
  const widthOf = (columns: number): number => COLUMNS.slice(0, columns).reduce((sum, [, width]) => sum + width, 0)
  const room = width - GUTTER
  const longest = Math.max(0, ...entries.map((entry) => ('check' in entry ? entry.check.rule.looksAt.length : 0)))
  const columns = [4, 3, 2].find((count) => room - widthOf(count) >= longest) ?? 1
  return { label: Math.max(1, Math.min(WIDEST_LABEL, room - widthOf(columns))), columns }
}

const inColumns = (texts: readonly string[], { columns }: Widths): string =>
  COLUMNS.slice(0, columns)
    .map(([, width], index) => fitLeft(texts[index]!, width))
    .join('')

/** In so many columns, and so many lines an entry. */
export const verdictLines = (
  state: AppState,
  view: View,
  glyphs: Glyphs,
  width: number,
  rows: number,
): VerdictLines => {
  const verdict = verdictIn(state, view)
  const entries = entriesOf(verdict)
  const widths = widthsIn(width, entries)
  const chosen = state.page.is === 'verdict' ? Math.min(state.page.at, entries.length - 1) : -1
  const fine = entries.filter((entry) => 'check' in entry && entry.check.is === 'fine').length
  const lines: Line[] =
    verdict.findings.length === 0 ? [[[`Nothing stands out in ${fine} of ${entries.length} checks`, 'good']]] : []
  const places = new Map<number, number>()
  let at = 0
  let head = ''
  entries.forEach((entry, index) => {
    const title = 'finding' in entry ? 'Stands out' : entry.check.is === 'fine' ? FINE : 'Cannot be told now'
    if (title !== head) {
      const heads = inColumns(
        COLUMNS.map(([name]) => name),
        widths,
      )
      const labels = fit('', Math.max(0, GUTTER + widths.label - title.length))
      lines.push(...(lines.length > 0 ? [[]] : []), [
        [title, 'title'],
        ...(title === FINE ? ([[labels + heads, 'label']] as Line) : []),
      ])
    }
    head = title
    for (let row = 1; row < rows; row++) lines.push([])
    for (const line of linesOf(entry, index === chosen, glyphs, widths, width)) {
      if (index === chosen) at = lines.length
      places.set(lines.length, index)
      lines.push(line)
    }
  })
  const rules = entries.map((entry) => ('finding' in entry ? entry.finding : entry.check).rule)
  return { lines, at, entries: places, rules }
}

const FINE = 'Looked at, and fine'

/** What has no room beside the words before it is below them. */
const linesOf = (entry: Entry, isChosen: boolean, glyphs: Glyphs, widths: Widths, width: number): Line[] => {
  const gutter = isChosen ? `${glyphs.selected} ` : '  '
  const shown = <T>(role: T): T | 'selection' => (isChosen ? 'selection' : role)
  const below = (text: string): Line[] =>
    wrap(text, width - GUTTER).map((words): Line => [[`${' '.repeat(GUTTER)}${words}`, shown('dim')]])
  if ('finding' in entry) {
    const { sentence, role, rule } = entry.finding
    const [first = '', ...more] = wrap(sanitize(sentence), width - GUTTER)
    const limits = limitsText(rule)
    const isBeside = more.length === 0 && GUTTER + displayWidth(first) + 2 + limits.length <= width
    return [
      [
        [gutter, shown('text')],
        [role === 'bad' ? '!! ' : '!  ', shown(role)],
        [first, shown(role)],
        ...(isBeside ? ([[`  ${limits}`, shown('dim')]] as Line) : []),
      ],
      ...more.map((words): Line => [[`${' '.repeat(GUTTER)}${words}`, shown(role)]]),
      ...(isBeside ? [] : below(limits)),
    ]
  }
  const { check } = entry
  const label: Line[number] = [`${gutter}   ${fit(check.rule.looksAt, widths.label, glyphs.cut)}`, shown('text')]
  if (check.is === 'fine') {
    const texts = [worstText(check), ...Object.values(limitsOf(check.rule))]
    return [[label, [inColumns(texts, widths), shown('dim')]]]
  }
  const why = sanitize(check.why)
  return GUTTER + widths.label + 2 + displayWidth(why) <= width
    ? [[label, [`  ${why}`, shown('dim')]]]
    : [[label], ...below(why)]
}
