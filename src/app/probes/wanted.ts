// What the engine should be doing for the screen, as it follows from the state: which probes run, of whom, how closely; and
// so what it has to be told when the state changes.
import { targetOf, type Selection } from '../../model/selection.ts'
import { tellerOf } from '../../model/breakdown.ts'
import type { AnyPanel, PanelId } from '../../panels/panel-types.ts'
import type { ScriptPlan } from '../../stream/script.ts'
import type { Command } from '../../stream/stream-types.ts'
import type { ProbeId } from '../../stream/probe-ids.ts'
import type { ProbeOptions } from '../../stream/probe-options.ts'
import type { StackOptions } from '../../stream/stack-types.ts'
import type { Target } from '../../stream/target.ts'
import type { Part, Want } from '../../stream/want.ts'
import { needsOf } from './needs.ts'
import { hookTyped } from '../hooks.ts'
import { currentPanel, panelIn, panelState, selectionsOf, stacksPageOf } from '../state.ts'
import type { AppState } from '../state-types.ts'
import type { StacksPage } from '../page-types.ts'

/** The kernel measures its programs only while somebody looks. */
const wantsCost = (state: AppState): boolean => state.cost || state.help !== undefined || state.picker !== undefined

/** Its probe can be asked for more, which costs more. */
export const takesDetail = ({ spec }: AnyPanel): boolean => spec?.options.includes('detail') === true

/** By these options probes tell what is selected. */
const OF_SELECTION: { readonly [Is in Selection['is']]?: string } = { syscall: 'detail', error: 'detail', cpu: 'cpus' }

/** Each costs something: asked only for what is looked at, of every probe that has it. */
const optionsAsked = (state: AppState): string[] => [
  ...(needsOf(state).options ?? []),
  ...(wantedTarget(state) ? ['detail'] : []),
  ...selectionsOf(state).flatMap(({ is }) => OF_SELECTION[is] ?? []),
]

/** And what is asked of the probe of one panel: by its tab on the screen, and in full screen all detail. */
const askedBy = (state: AppState, id: PanelId): string[] => {
  const { mode } = panelState(state, id)
  const tab = panelIn(state, id).modes.find((each) => each.id === mode)
  return [...(tab?.wants === undefined ? [] : [tab.wants]), ...(state.page.is === 'panel' ? ['detail'] : [])]
}

const flagsOf = (state: AppState): ((probe: ProbeId) => ProbeOptions) => {
  const ofAll = optionsAsked(state)
  const shown = shownPanels(state)
  return (probe) => {
    const asked = [...ofAll, ...shown.flatMap((id) => (panelIn(state, id).probe === probe ? askedBy(state, id) : []))]
    const own = state.specs.find(({ id }) => id === probe)?.options ?? []
    return Object.fromEntries(asked.filter((option) => own.includes(option)).map((option) => [option, true]))
  }
}

const shownPanels = ({ page, panels }: AppState): readonly PanelId[] =>
  page.is === 'overview' ? panels : page.is === 'panel' ? [page.panel] : []

/** Whose own histograms are wanted. */
export const wantedTarget = (state: AppState): Target | undefined => targetOf(selectionsOf(state))

/** The overview's probes, and those of what is on screen. */
export const wantedProbes = (state: AppState): ProbeId[] => {
  const { panels, probes: others } = needsOf(state)
  const probes = panels
    .map((id) => panelIn(state, id))
    .flatMap(({ probe, spec, beside }) => [
      probe,
      ...(spec?.needs ?? []),
      ...(beside && state.specs.some(({ id }) => id === beside) ? [beside] : []),
    ])
  return [
    ...new Set([
      'processes' as const,
      ...(probes as ProbeId[]),
      ...selectionsOf(state).flatMap((each) => tellerOf(state.specs, each)?.probe ?? []),
      ...others,
      ...stackProbes(state),
    ]),
  ]
}

/** What the page of stacks shows, or who has a stack that was entered there. */
const stackProbes = (state: AppState): ProbeId[] => {
  const page = stacksPageOf(state)
  return page ? [page.source ? panelIn(state, page.source.panel).probe : 'stacks'] : []
}

const detailed = ({ specs }: AppState): ProbeId[] =>
  specs.flatMap(({ id, options }) => (options.includes('detail') ? [id as ProbeId] : []))

/** What the panel with the focus, the page and the selection need. */
const neededLast = (state: AppState): Part[] => {
  const id = currentPanel(state)
  const panel = id === undefined ? undefined : panelIn(state, id)
  const selections = selectionsOf(state)
  const isOfCalls = (panel && takesDetail(panel)) || selections.some(({ is }) => OF_SELECTION[is] === 'detail')
  return [
    ...new Set([
      ...(panel ? [panel.probe] : []),
      ...selections.flatMap((each) => tellerOf(state.specs, each)?.probe ?? []),
      ...stackProbes(state),
      ...(isOfCalls ? [...detailed(state), 'detail' as const] : []),
    ]),
  ]
}

const stackOptions = ({ mode, thresholdNs, wakers }: StacksPage): StackOptions => ({
  mode,
  thresholdNs,
  wakers: wakers && mode === 'offcpu',
})

/** The probes, each with what it is told. */
const optionsWanted = (state: AppState): NonNullable<Want['probes']> => {
  const page = stacksPageOf(state)
  const flags = flagsOf(state)
  return Object.fromEntries(
    wantedProbes(state).map((probe) => [probe, page && probe === 'stacks' ? stackOptions(page) : flags(probe)]),
  )
}

/** All of it, as the engine is told. */
export const wantOf = (state: AppState): Want => {
  const target = wantedTarget(state)
  const last = neededLast(state)
  const { limitPercent, pins, isChanged } = state.budget
  return {
    intervalMs: state.intervalMs,
    probes: optionsWanted(state),
    ...(target && { target }),
    cost: wantsCost(state),
    ...(last.length > 0 && { last }),
    ...(state.line && hookTyped(state.line.text) !== undefined && { hooks: hookTyped(state.line.text) }),
    // the engine was started with what it was at first
    ...(isChanged && { budget: { limitPercent, pins } }),
  }
}

/** At its start, and after each restart; a recording is told nothing. */
export const wantedCommands = (state: AppState): Command[] =>
  state.replay ? [] : [wanted(state), ...state.scripts.map(ofScript)]

/** The difference between what two states want of the engine. It is asked at every key: a script is as long as it is, so
 * it is known by being the same one. */
export const commandsBetween = (before: AppState, after: AppState): Command[] => {
  if (after.replay || before === after) return []
  const want = wanted(after)
  const isTold = JSON.stringify(wanted(before)) === JSON.stringify(want)
  return [
    ...(isTold ? [] : [want]),
    ...after.scripts.filter((plan, index) => plan !== before.scripts[index]).map(ofScript),
  ]
}

const wanted = (state: AppState): Command => ({ cmd: 'want', ...wantOf(state) })
const ofScript = (plan: ScriptPlan): Command => ({ cmd: 'script', plan })
