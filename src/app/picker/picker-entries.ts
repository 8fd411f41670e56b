// What there is to look at: the panels, and what can become one, by area; each with its question, what it is made of, and
// why it is not to be had here.
import { headerOf } from '../../model/scripts/comment-header.ts'
import type { View } from '../../model/view.ts'
import type { AnyPanel, PanelId } from '../../panels/panel-types.ts'
import type { ProbeSpec } from '../../stream/spec.ts'
import { unopened } from '../library.ts'
import type { LibraryScript, AppState } from '../state-types.ts'
import { panelsIn } from '../state.ts'
import { AREAS, asArea, type Area } from '../../stream/areas.ts'
import { areaOfTool } from './tool-areas.ts'

export interface PickerEntry {
  area: Area
  key: string
  title: string
  question: string
  /** How it comes about, in a word: CO-RE, bpftrace, bcc, proc. */
  kind: string
  hooks: readonly string[]
  howToRead: string
  /** It is one already; else it can become one. */
  panel?: AnyPanel
  script?: LibraryScript
  isShown: boolean
  /** Why it cannot work here. */
  lacks?: string
}

/** As `is: 'all'` or only those that have what is searched for. */
export const pickerEntries = (state: AppState, view: View): PickerEntry[] => {
  const words = (state.picker?.filter.text ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const all = [
    ...panelsIn(state).map((panel) => ofPanel(panel, state, view)),
    ...unopened(state).map((script) => ofScript(script, state)),
  ]
  const isFound = (entry: PickerEntry): boolean => {
    if (words.length === 0) return true
    const text = textOf(entry)
    return words.every((word) => text.includes(word))
  }
  const byArea = (a: PickerEntry, b: PickerEntry): number => AREAS.indexOf(a.area) - AREAS.indexOf(b.area)
  return all.filter(isFound).sort(byArea)
}

const textOf = ({ title, question, area, kind, hooks, script }: PickerEntry): string =>
  [title, script?.name ?? '', question, area, kind, ...hooks].join(' ').toLowerCase()

const ofPanel = (panel: AnyPanel, state: AppState, view: View): PickerEntry => {
  const { id, key, title, question, method, probe } = panel
  const spec = panel.spec ?? view.store.spec(probe)
  const plan = state.scripts.find((each) => each.id === probe)
  const status = view.status(probe)
  return {
    area: plan ? (plan.tool === undefined ? asArea(headerOf(plan.text).area) : areaOfTool(plan.tool)) : panel.area,
    key,
    title,
    question,
    kind: kindOf(spec, plan?.tool),
    hooks: (spec?.hooks ?? []).flatMap(({ name, cheaper }) => (cheaper ? [] : [name])),
    howToRead: method,
    panel,
    isShown: state.panels.includes(id),
    ...('why' in status && status.is !== 'shed' ? { lacks: status.why } : {}),
  }
}

const ofScript = (script: LibraryScript, { replay }: AppState): PickerEntry => {
  const lacks = replay ? 'a recording shows only what ran when it was made' : (script.refused ?? script.lacks)
  return {
    area: script.tool === undefined ? asArea(script.area) : areaOfTool(script.tool),
    key: '+',
    title: script.tool ?? script.title,
    question: script.question,
    kind: script.tool === undefined ? 'bpftrace' : 'bcc',
    hooks: script.hooks,
    howToRead: script.howToRead,
    script,
    isShown: false,
    ...(lacks === undefined ? {} : { lacks }),
  }
}

const kindOf = (spec: ProbeSpec | undefined, tool: string | undefined): string =>
  tool !== undefined
    ? 'bcc'
    : spec === undefined
      ? ''
      : { core: 'CO-RE', bpftrace: 'bpftrace', command: 'bcc', proc: '/proc' }[spec.kind]

/** Where the panel one is at is among them. */
export const placeOf = (entries: readonly PickerEntry[], id: PanelId | undefined): number =>
  Math.max(
    0,
    entries.findIndex(({ panel }) => panel?.id === id),
  )
