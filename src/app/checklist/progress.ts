// Going through a checklist: which step, since when, what came of those before. It moves on by the stream's own instants
// and by a key; in a recording, or frozen, all steps are judged at the instant shown.
import type { View } from '../../model/view.ts'
import type { ProbeId } from '../../stream/probe-ids.ts'
import { isFull, planIn, withPlan } from '../library.ts'
import type { AppState } from '../state-types.ts'
import type { ChecklistPage } from '../page-types.ts'
import { toGoal } from '../verdict/page.ts'
import { judge } from './judge.ts'
import { checklistOf, CHECKLISTS } from './steps.ts'
import { currentStep } from './wanted.ts'
import type { Checklist, ChecklistId, Run, Step } from '../checklist-types.ts'

/** A bpftrace on a busy machine. */
const LONGEST_START_MS = 25_000

export const toggleChecklist = (state: AppState): AppState =>
  state.page.is === 'checklist'
    ? { ...state, page: state.page.from }
    : { ...state, page: { is: 'checklist', at: 0, from: state.page } }

/** The list chosen begins; the step ends; the panel of a result is gone to. */
export const enterChecklist = (state: AppState, page: ChecklistPage, view: View): AppState => {
  if (!page.run) return startChecklist(state, CHECKLISTS[page.at]?.id ?? '60s', view)
  if (currentStep(page.run)) return stepDone(state, view)
  const result = page.run.results[page.at]
  return result ? toGoal(state, result.to) : state
}

export const startChecklist = (before: AppState, which: ChecklistId, view: View): AppState => {
  const checklist = checklistOf(which)
  const { state, scripts } = before.replay ? replayed(before, checklist) : withScripts(before, checklist)
  const from = state.page.is === 'checklist' ? state.page.from : state.page
  const page: ChecklistPage = { is: 'checklist', at: 0, from, run: { which, results: [], scripts } }
  const begun: AppState = { ...state, page }
  if (!state.replay && state.instantMs === undefined) return begun
  return checklist.steps.reduce((now) => stepDone(now, view), begun)
}

/** Scripts are told to the engine once, and run when their step comes. */
const withScripts = (before: AppState, { steps }: Checklist): { state: AppState; scripts: Run['scripts'] } => {
  const scripts: Record<string, string> = {}
  let state = before
  for (const { script } of steps) {
    const text =
      script === undefined
        ? undefined
        : state.library().find((each) => each.name === script && each.tool === undefined && each.refused === undefined)
            ?.text
    if (script === undefined || text === undefined) continue
    const known = state.scripts.find((plan) => plan.text === text && plan.args.length === 0)
    if (!known && isFull(state)) continue
    const plan = known ?? planIn(state, script, text)
    if (!known) state = withPlan(state, plan)
    scripts[script] = plan.id
  }
  return { state, scripts }
}

const replayed = (state: AppState, { steps }: Checklist): { state: AppState; scripts: Run['scripts'] } => ({
  state,
  scripts: Object.fromEntries(
    steps.flatMap(({ script }) =>
      script !== undefined && state.specs.some(({ id }) => id === script) ? [[script, script]] : [],
    ),
  ),
})

/** An instant of the stream has come. */
export const passChecklist = (state: AppState, page: ChecklistPage, atMs: number, view: View): AppState => {
  const { run } = page
  const step = run && currentStep(run)
  if (!step || state.replay || state.instantMs !== undefined) return state
  const sinceMs = run.sinceMs ?? atMs
  const liveMs = run.liveMs ?? (isThere(step, run, view) ? atMs : undefined)
  const isOver = liveMs === undefined ? atMs - sinceMs >= LONGEST_START_MS : atMs - liveMs >= step.seconds * 1000
  return isOver
    ? stepDone(state, view)
    : { ...state, page: { ...page, run: { ...run, sinceMs, ...(liveMs === undefined ? {} : { liveMs }) } } }
}

/** All it rests on gives samples, or never will. */
const isThere = (step: Step, run: Run, view: View): boolean => {
  const probes = [...step.probes, ...(step.script === undefined ? [] : [run.scripts[step.script] ?? ''])]
  return probes.every((probe) => {
    const status = view.status(probe as ProbeId)
    if (status.is === 'unsupported' || probe === '') return true
    return status.is === 'live' && view.latest(probe as ProbeId) !== undefined
  })
}

const stepDone = (state: AppState, view: View): AppState => {
  const page = state.page.is === 'checklist' ? state.page : undefined
  const run = page?.run
  const step = run && currentStep(run)
  if (!step) return state
  const result = judge(step, view, { thresholds: state.thresholds, scripts: run.scripts })
  const results = [...run.results, result]
  const firstLook = results.findIndex(({ is }) => is === 'look')
  return {
    ...state,
    page: { ...page, at: Math.max(0, firstLook), run: { which: run.which, scripts: run.scripts, results } },
  }
}
