// What the probes may take, and which probes are in full or cheaper whatever they take: changed while running.
import { currentPanel, panelIn, specOf } from './state.ts'
import type { AppState, Budget } from './state-types.ts'

/** Percent of all CPUs; 0: any. */
const STEPS = [1, 2, 5, 10, 20, 50, 0]

/** The next larger limit; from any on to the smallest. */
export const nextBudget = (state: AppState): AppState => {
  const now = state.budget.limitPercent
  const limitPercent = now === 0 ? STEPS[0]! : (STEPS.find((step) => step > now) ?? 0)
  return changed(state, { ...state.budget, limitPercent }, limitWords(limitPercent))
}

/** Of the panel's probe: as the budget has it, cheaper, in full. */
export const nextPin = (state: AppState): AppState => {
  const id = currentPanel(state)
  if (id === undefined) return state
  const { probe, title } = panelIn(state, id)
  const spec = specOf(state, probe)
  if (spec && !spec.cheaper) return { ...state, notice: { text: `${title}: has no cheaper way`, role: 'warn' } }
  const { [probe]: pin, ...others } = state.budget.pins
  const next = pin === undefined ? 'cheaper' : pin === 'cheaper' ? 'full' : undefined
  const pins: Budget['pins'] = next === undefined ? others : { ...others, [probe]: next }
  const words =
    next === 'cheaper'
      ? `${title}: cheaper from now on, whatever it costs`
      : next === 'full'
        ? `${title}: in full from now on, whatever it costs`
        : `${title}: in full as long as the budget allows`
  return changed(state, { ...state.budget, pins }, words)
}

export const limitWords = (limitPercent: number): string =>
  limitPercent === 0 ? 'probes may take any part of the CPUs' : `probes may take ${limitPercent}% of all CPUs`

const changed = (state: AppState, budget: Budget, text: string): AppState => ({
  ...state,
  budget: { ...budget, isChanged: true },
  notice: { text, role: 'good' },
})
