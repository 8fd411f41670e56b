// The panel of a script as a spec, from what was read in it: a tab a map, one for its single values together, one for its
// lines as a list of events, one for other text. Engine and screen make the same one.
import { SCRIPT_LIMITS, type ScriptPlan } from '../../stream/script.ts'
import type { ProbeSpec } from '../../stream/spec.ts'
import { asTool } from './tool-spec.ts'
import { eventsTab, textTab } from './list-tabs.ts'
import { histTab, keyed } from './map-tabs.ts'
import { singlesTab } from './singles-tab.ts'
import { withThreads } from './thread-fields.ts'
import { EVENTS, histIdOf, isHist, isSingle, SINGLES, tableIdOf, TEXT, type Made } from './tabs.ts'

export const specOfScript = (plan: ScriptPlan): ProbeSpec => {
  const { id, title, question, maps, columns, prints, hooks, text, retain } = plan
  const parts = maps.flatMap((map, index): [string, Made][] =>
    isSingle(map) ? [] : [[tableIdOf(index), isHist(map) ? histTab(map, index, plan) : keyed(map, index, plan)]],
  )
  const singles = maps.filter(isSingle)
  if (singles.length > 0) parts.push([SINGLES, singlesTab(singles)])
  if (columns.length > 0) parts.push([EVENTS, eventsTab(columns, plan)])
  if (prints || parts.length === 0) parts.push([TEXT, textTab(plan)])
  const lists = parts.map(([table]) => table).filter((table) => table === EVENTS || table === TEXT)
  const spec: ProbeSpec = {
    id,
    kind: 'bpftrace',
    hooks: hooks.map((name) => ({ name: name.slice(0, 40).replace(/\p{C}/gu, '') })),
    options: [],
    tables: Object.fromEntries(parts.map(([table, { fields }]) => [table, fields])),
    totals: [
      { id: 'attached', unit: 'count', kind: 'gauge' },
      { id: 'hooks', unit: 'count', kind: 'gauge' },
    ],
    hists: maps.flatMap((map, index) => (isHist(map) ? [{ id: histIdOf(index), unit: map.unit }] : [])),
    panels: [{ id, title, question, howToRead: wordsOn(plan), tabs: parts.map(([, { tab }]) => tab) }],
    source: text,
    ...(retain === undefined ? {} : { lasting: lists }),
    ...(lists.length > 0
      ? {
          loss: {
            events: 'lines',
            why: 'more came than are kept, or than bpftrace could hand over',
            of: lists,
            uncounted: true,
          },
        }
      : {}),
  }
  return withThreads(plan.tool === undefined ? spec : asTool(plan, spec, EVENTS))
}

const READ = 'A bpftrace script: its maps are read once an interval, and what they grew by is shown.'

const wordsOn = ({ howToRead, retain }: ScriptPlan): string => {
  const kept =
    retain === undefined ? '' : ` Of what it prints the last ${retain === 1 ? 'line is' : `${retain} lines are`} kept.`
  return (howToRead || READ).slice(0, SCRIPT_LIMITS.sentence - kept.length) + kept
}
