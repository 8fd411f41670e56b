// Why nothing is to be expected of a script: it runs, and would look alive and empty. Read in its text, as far as that
// says so; whoever shows it does so only while nothing has come all the same.
import type { ScriptPlan } from '../../stream/script.ts'
import { probesOf, type ProbeBlock } from './lex.ts'

const MOST_NAMES = 3
const PRINTING = new Set(['printf', 'print', 'time', 'join', 'cat', 'system'])
const ADVICE = 'give a map count(), sum(), hist() and the like, or print something'

export const silenceOf = ({ text, maps, prints, tool }: ScriptPlan): string | undefined => {
  if (tool !== undefined || maps.length > 0 || prints) return undefined
  const probes = probesOf(text)
  const hooks = probes.flatMap((probe) => probe.hooks)
  if (hooks.length === 0) return 'it has no probe, so nothing of it runs'
  if (hooks.every((hook) => /^BEGIN$/i.test(hook)))
    return 'it has no probe but BEGIN: what that does is done, and nothing comes after it'
  if (hooks.every((hook) => /^END$/i.test(hook))) return `it has no probe but END, which runs when it is closed`
  const { series, scratch } = mapsIn(probes)
  if (series.length > 0) return `${namesOf(series)}: tseries() cannot be shown, and it prints nothing else; ${ADVICE}`
  const atEnd = printsAtEnd(probes) ? 'it prints only when it ends, and nothing before' : 'it prints nothing'
  return scratch.length > 0
    ? `${atEnd}, and ${namesOf(scratch)} ${scratch.length > 1 ? 'are' : 'is'} only given values; ${ADVICE}`
    : `${atEnd}, and has no map that counts; ${ADVICE}`
}

const namesOf = (names: readonly string[]): string =>
  names.slice(0, MOST_NAMES).join(', ') + (names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '')

const mapsIn = (probes: readonly ProbeBlock[]): { series: string[]; scratch: string[] } => {
  const names = new Set<string>()
  const series = new Set<string>()
  let last = '@'
  for (const { body } of probes)
    for (const { is, text } of body) {
      if (is === 'map') names.add((last = text))
      // that which is given it is the last before
      if (is === 'word' && text === 'tseries') series.add(last)
    }
  return { series: [...series], scratch: [...names] }
}

const printsAtEnd = (probes: readonly ProbeBlock[]): boolean =>
  probes.some(
    ({ hooks, body }) =>
      hooks.some((hook) => /^END$/i.test(hook)) && body.some(({ is, text }) => is === 'word' && PRINTING.has(text)),
  )
