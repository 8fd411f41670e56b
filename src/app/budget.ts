// What the probes may take, and which probes are in full or cheaper whatever they take: changed while running.
import { currentPanel, panelIn, specOf } from './state.ts'
import type { Pin } from '../stream/want.ts'
import type { AppState, Budget } from './state-types.ts'

/** Percent of all CPUs; 0: any. */
const STEPS = [1, 2, 5, 10, 20, 50, 0]

/** The next larger limit; from any on to the smallest. */
export const nextBudget = (state: AppState): AppState => {
  const now = state.budget.limitPercent
  const limitPercent = now === 0 ? STEPS[0]! : (STEPS.find((step) => step > now) ?? 0)
  return changed(state, { ...state.budget, limitPercent }, limitWords(limitPercent))
}

/** Of the panel's probe: as the budget has it, in each cheaper tier, in full. */
export const nextPin = (state: AppState): AppState => {
  const id = currentPanel(state)
  if (id === undefined) return state
  const { probe, title } = panelIn(state, id)
  const spec = specOf(state, probe)
  if (spec && !spec.cheaper) return { ...state, notice: { text: `${title}: has no cheaper way`, role: 'warn' } }
  const { [probe]: pin, ...others } = state.budget.pins
  const cheaper = spec?.cheaper?.map(({ is }) => is) ?? (['sampled'] as const)
  const order: readonly (Pin | undefined)[] = [undefined, ...cheaper, 'full']
  const next = order[(order.indexOf(pin) + 1) % order.length]
  const pins: Budget['pins'] = next === undefined ? others : { ...others, [probe]: next }
  const words =
    next === undefined
      ? `${title}: in full as long as the budget allows`
      : `${title}: ${next === 'full' ? 'in full' : next} from now on, whatever it costs`
  return changed(state, { ...state.budget, pins }, words)
}

export const limitWords = (limitPercent: number): string =>
  limitPercent === 0 ? 'probes may take any part of the CPUs' : `probes may take ${limitPercent}% of all CPUs`

const changed = (state: AppState, budget: Budget, text: string): AppState => ({
  ...state,
  budget: { ...budget, isChanged: true },
  notice: { text, role: 'good' },
})
