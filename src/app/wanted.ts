// What the engine should be doing for the screen, as it follows from the state: which probes run, of whom, how closely; and
// so what it has to be told when the state changes.
import { TELLERS } from '../model/narrow.ts'
import { targetOf } from '../model/selection.ts'
import type { OwnPanelId } from '../panels/panel-types.ts'
import type { ScriptPlan } from '../stream/script.ts'
import type { Command, ProbeId, Target } from '../stream/stream-types.ts'
import type { Want } from '../stream/want.ts'
import { needsOf } from './pages/needs.ts'
import { hookTyped } from './hooks.ts'
import { stacksWant } from './stacks/page.ts'
import { currentPanel, panelIn, selectionsOf, stacksPageOf, type AppState } from './state.ts'

/** The kernel measures its programs only while somebody looks. */
const wantsCost = (state: AppState): boolean => state.cost || state.help !== undefined || state.picker !== undefined

/** Detail costs something on every system call: on only while it is looked at, for a target or for all. */
export const wantsDetail = (state: AppState): boolean =>
  (state.page.is === 'panel' && state.page.panel === 'syscalls') ||
  wantedTarget(state) !== undefined ||
  selectionsOf(state).some(({ is }) => is === 'syscall' || is === 'error')

/** A histogram for each CPU is sent only while it is looked at, and for what is said of the worst one. */
const wantsCpus = (state: AppState): boolean =>
  state.page.is === 'verdict' || selectionsOf(state).some(({ is }) => is === 'cpu') || isLookedAt(state, 'runq', 'cpus')

/** Threads are told apart by name only while that is looked at. */
const wantsNames = (state: AppState): boolean => isLookedAt(state, 'time', 'names')

/** That tab of the panel is on the screen. */
const isLookedAt = (state: AppState, id: OwnPanelId, mode: string): boolean =>
  state.byPanel[id].mode === mode &&
  (currentPanel(state) === id || (state.page.is === 'overview' && state.panels.includes(id)))

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
      ...selectionsOf(state).flatMap(({ is }) => TELLERS[is] ?? []),
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

/** All of it, as the engine is told. */
export const wantOf = (state: AppState): Want => {
  const target = wantedTarget(state)
  const page = stacksPageOf(state)
  const { limitPercent, pins, isChanged } = state.budget
  return {
    intervalMs: state.intervalMs,
    probes: wantedProbes(state),
    ...(target && { target }),
    detail: wantsDetail(state),
    cpus: wantsCpus(state),
    ...(wantsNames(state) && { names: true }),
    cost: wantsCost(state),
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
