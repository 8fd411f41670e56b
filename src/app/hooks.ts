// The names of hooks while one is typed in the line at the foot of the screen: what is typed of one, which it may be, and
// what Tab makes of it.
import { tokensOf } from '../model/scripts/lex.ts'
import type { View } from '../model/view.ts'
import { LONGEST_HOOK } from '../stream/hooks.ts'
import { commonStart } from './filter.ts'
import { typeInLine } from './one-liner.ts'
import type { AppState } from './state-types.ts'

interface HooksShown {
  names: readonly string[]
  of: number
  /** In place of names: there are none yet, or none at all. */
  why?: string
}

/** Undefined where something else is typed: a body, a predicate, what comes behind a hook. */
export const hookTyped = (text: string): string | undefined => {
  const depth = tokensOf(text).reduce(
    (deep, token) => deep + (token.is !== 'sign' ? 0 : token.text === '{' ? 1 : token.text === '}' ? -1 : 0),
    0,
  )
  if (depth > 0) return undefined
  const [, before, typed] = /^(.*?)([^\s,{}]*)$/s.exec(text)!
  return /(^|[},])\s*$/.test(before!) && typed!.length <= LONGEST_HOOK && !typed!.startsWith('/') ? typed : undefined
}

export const hooksShown = (state: AppState, view: View): HooksShown | undefined => {
  const typed = state.line && hookTyped(state.line.text)
  if (typed === undefined) return undefined
  const told = view.store.hooks()
  if (told?.begin !== typed) {
    // of what is on its way that much is known
    const names = told && typed.startsWith(told.begin) ? told.names.filter((name) => name.startsWith(typed)) : []
    return names.length > 0 ? { names, of: names.length } : { names, of: 0, why: 'asking bpftrace for its hooks' }
  }
  return { names: told.names, of: told.of, ...(told.names.length === 0 && { why: told.why ?? noneBegin(typed) }) }
}

/** As far as all names go on alike; behind a whole one its body is begun. */
export const completeHook = (state: AppState, view: View): AppState => {
  const typed = state.line && hookTyped(state.line.text)
  const names = hooksShown(state, view)?.names ?? []
  if (typed === undefined || names.length === 0) return state
  const common = names.reduce(commonStart)
  const isWhole = names.includes(typed) && !typed.endsWith(':')
  return typeInLine(state, common === typed && isWhole ? ' { ' : common.slice(typed.length))
}

/** Those within programs bpftrace lists of one that is named alone. */
const noneBegin = (typed: string): string =>
  /^(u|ur|uprobe|uretprobe|U|usdt):./.test(typed)
    ? "for those of a program: bpftrace -l 'TYPE:PATH:*'"
    : 'no hook begins so'
