// The scripts that can be opened from the list of panels: those that come with probetop, the machine's and the
// user's, and the tools of bcc that are here.
import { headerOf } from '../model/scripts/comment-header.ts'
import { probesOf } from '../model/scripts/lex.ts'
import { isHookless, planOf } from '../model/scripts/plan.ts'
import { specOfScript } from '../model/scripts/spec.ts'
import { planOfTool } from '../model/tools/tools.ts'
import { MOST_SCRIPTS, type ScriptPlan } from '../stream/script.ts'
import { PROBES } from '../stream/probe-ids.ts'
import { panelsIn } from './state.ts'
import type { AppState, LibraryScript } from './state-types.ts'

/** `lackIn`: why none of these hooks is here. */
export const libraryScript = (
  name: string,
  text: string,
  lackIn: (hooks: readonly string[]) => string | undefined = () => undefined,
): LibraryScript => {
  const { title = name, question = '', howToRead = '', area } = headerOf(text)
  const hooks = probesOf(text)
    .flatMap((probe) => probe.hooks)
    .filter((hook) => !isHookless(hook))
  const lacks = lackIn(hooks)
  return { name, title, question, text, area, hooks, howToRead, ...(lacks ? { lacks } : {}) }
}

/** One that is there, and that is not run. */
export const refusedScript = (name: string, refused: string): LibraryScript => ({
  name,
  title: name,
  question: '',
  text: '',
  hooks: [],
  howToRead: '',
  refused,
})

/** Those that are no panels yet. */
export const unopened = ({ library, scripts }: Pick<AppState, 'library' | 'scripts'>): readonly LibraryScript[] =>
  library().filter(({ text, tool }) => !scripts.some((plan) => plan.text === text && plan.tool === tool))

export const planIn = (state: AppState, name: string, text: string): ScriptPlan => {
  return planOf({ name, text, taken: takenIn(state) })
}

const takenIn = (state: AppState): ((id: string) => boolean) => {
  const taken = new Set<string>([...PROBES, ...panelsIn(state).map(({ id }) => id), ...state.specs.map(({ id }) => id)])
  return (id) => taken.has(id)
}

/** Of one in the library. */
export const planOfChosen = (state: AppState, { name, text, tool }: LibraryScript): ScriptPlan =>
  tool === undefined ? planIn(state, name, text) : planOfTool({ name: tool, args: [], taken: takenIn(state) })

/** Its panel on the full screen, and the engine told of it. */
export const withScript = (state: AppState, plan: ScriptPlan): AppState =>
  isFull(state) ? full(state) : { ...withPlan(state, plan), page: { is: 'panel', panel: plan.id } }

/** The engine takes no more of them. */
export const isFull = ({ scripts }: AppState): boolean => scripts.length >= MOST_SCRIPTS

export const full = (state: AppState): AppState => ({
  ...state,
  notice: { text: `${MOST_SCRIPTS} scripts were opened, and no more are taken: start probetop anew`, role: 'warn' },
})

/** It is a panel, wherever that is shown. */
export const withPlan = (state: AppState, plan: ScriptPlan): AppState => ({
  ...state,
  specs: [...state.specs, specOfScript(plan)],
  scripts: [...state.scripts, plan],
})
