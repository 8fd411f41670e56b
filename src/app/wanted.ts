// What the engine should be doing for the screen, as it follows from the state: which probes run, of whom, how closely; and
// so what it has to be told when the state changes.
import { targetOf } from '../model/selection.ts'
import { tellerOf } from '../model/tables/breakdown.ts'
import type { AnyPanel, Mode, PanelId } from '../panels/panel-types.ts'
import type { ScriptPlan } from '../stream/script.ts'
import type { Command } from '../stream/stream-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import type { Target } from '../stream/target.ts'
import type { Part, Want } from '../stream/want.ts'
import { needsOf } from './pages/needs.ts'
import { hookTyped } from './hooks.ts'
import { stacksWant } from './stacks/page.ts'
import { currentPanel, panelIn, panelState, selectionsOf, stacksPageOf } from './state.ts'
import type { AppState } from './state-types.ts'

/** The kernel measures its programs only while somebody looks. */
const wantsCost = (state: AppState): boolean => state.cost || state.help !== undefined || state.picker !== undefined

/** Its probe can be asked for more, which costs more. */
export const takesDetail = ({ spec }: AnyPanel): boolean => spec?.options.includes('detail') === true

/** Detail costs something on every system call: on only while it is looked at, for a target or for all. */
const wantsDetail = (state: AppState): boolean =>
  (state.page.is === 'panel' && takesDetail(panelIn(state, state.page.panel))) ||
  wantedTarget(state) !== undefined ||
  selectionsOf(state).some(({ is }) => is === 'syscall' || is === 'error')

/** A histogram for each CPU is sent only while it is looked at, and for what is said of the worst one. */
const wantsCpus = (state: AppState): boolean =>
  state.page.is === 'verdict' || selectionsOf(state).some(({ is }) => is === 'cpu') || isLookedAt(state, 'cpus')

/** A tab on the screen asks for it. */
const isLookedAt = (state: AppState, wanted: Mode['wants']): boolean =>
  shownPanels(state).some((id) => {
    const { mode } = panelState(state, id)
    return panelIn(state, id).modes.some((each) => each.id === mode && each.wants === wanted)
  })

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
  const isOfCalls = (panel && takesDetail(panel)) || selections.some(({ is }) => is === 'syscall' || is === 'error')
  return [
    ...new Set([
      ...(panel ? [panel.probe] : []),
      ...selections.flatMap((each) => tellerOf(state.specs, each)?.probe ?? []),
      ...stackProbes(state),
      ...(isOfCalls ? [...detailed(state), 'detail' as const] : []),
    ]),
  ]
}

/** All of it, as the engine is told. */
export const wantOf = (state: AppState): Want => {
  const target = wantedTarget(state)
  const page = stacksPageOf(state)
  const last = neededLast(state)
  const { limitPercent, pins, isChanged } = state.budget
  return {
    intervalMs: state.intervalMs,
    probes: wantedProbes(state),
    ...(target && { target }),
    detail: wantsDetail(state),
    cpus: wantsCpus(state),
    ...(isLookedAt(state, 'names') && { names: true }),
    cost: wantsCost(state),
    ...(last.length > 0 && { last }),
    ...(page && !page.source && { stacks: stacksWant(page) }),
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
