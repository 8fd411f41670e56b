// The page of a checklist as a snapshot has it: what came of each step, as it was found then. That is a file, so all of it
// is looked at; one that is no such page opens the overview.
import type { AppState } from '../state-types.ts'
import type { ChecklistPage } from '../page-types.ts'
import { list, number, oneOf, optional, record, text, type Check } from '../../stream/shape.ts'
import type { Goal } from '../rule.ts'
import { CHECKLISTS, checklistOf } from './steps.ts'
import type { Result, Run } from '../checklist-types.ts'

const MOST_ROWS = 1000

const goal = record<Pick<Goal, 'panel' | 'mode'>>({ panel: text, mode: optional(text) })
const cell: Check = (value) => (value === null || typeof value === 'number' ? undefined : text(value))
const digits: Check = (value) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 20 ? undefined : 'is no number of digits'
const figures: Check = (value) =>
  record<NonNullable<Result['figures']>>({
    columns: list(record({ title: text, digits: optional(digits) })),
    rows: list(list(cell)),
  })(value) ?? asLong(value as NonNullable<Result['figures']>)
const asLong = ({ columns, rows }: NonNullable<Result['figures']>): string | undefined =>
  columns.length === 0 || rows.length > MOST_ROWS || rows.some((row) => row.length !== columns.length)
    ? 'has rows of other lengths'
    : undefined

const results = list(
  record<Result>({
    step: text,
    command: text,
    is: oneOf('fine', 'look', 'blind'),
    isBad: optional(oneOf(true)),
    sentence: text,
    to: goal,
    figures: optional(figures),
  }),
)

const run = record<Pick<Run, 'which' | 'results'>>({ which: oneOf(...CHECKLISTS.map(({ id }) => id)), results })

/** Only one that had come to its end: there is no stream to go on with. */
export const reopenedChecklist = (
  _: AppState,
  fields: Readonly<Record<string, unknown>>,
): ChecklistPage | undefined => {
  const given = fields.run as Run
  if (number(fields.at) !== undefined || run(given) !== undefined) return undefined
  const { which } = given
  const { steps } = checklistOf(which)
  if (given.results.length !== steps.length) return undefined
  const all = given.results.map(({ is, isBad, sentence, to, figures: own }, index): Result => ({
    step: steps[index]!.id,
    command: steps[index]!.command,
    is,
    ...(isBad ? { isBad } : {}),
    sentence,
    to: { panel: to.panel, ...(to.mode === undefined ? {} : { mode: to.mode }) },
    ...(own ? { figures: own } : {}),
  }))
  const at = Math.min(all.length - 1, Math.max(0, Math.trunc(fields.at as number)))
  return { is: 'checklist', at, from: { is: 'overview' }, run: { which, results: all, scripts: {} } }
}
