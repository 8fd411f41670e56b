// The page of a checklist as lines: the lists to choose from, the step that is shown, and what came of all steps.
import type { Move } from '../actions.ts'
import { moved } from '../moves.ts'
import type { View } from '../../model/view.ts'
import type { AppState } from '../state-types.ts'
import type { ChecklistPage } from '../page-types.ts'
import type { Role } from '../../panels/panel-types.ts'
import { sanitize } from '../../stream/harmless.ts'
import { displayWidth, shorten, wrap } from '../width.ts'
import { currentStep } from './wanted.ts'
import { checklistOf, CHECKLISTS } from './steps.ts'
import { limitsText } from '../verdict/verdict.ts'
import type { Rule } from '../rule.ts'
import type { FigureColumn, Figures, Result, Run, Step } from '../checklist-types.ts'
import type { Glyphs } from '../glyphs.ts'
import type { Line } from '../lines.ts'

export const moveChecklist = (state: AppState, page: ChecklistPage, by: Move): AppState => {
  const { at, run } = page
  if (run && currentStep(run)) return state
  const last = (run ? run.results.length : CHECKLISTS.length) - 1
  return { ...state, page: { ...page, at: moved(at, by, { page: last, last }) } }
}

export const titleOf = ({ run }: ChecklistPage): string => {
  if (!run) return 'checklists'
  const { title, steps } = checklistOf(run.which)
  const step = currentStep(run)
  return step ? `${title}: ${run.results.length + 1} of ${steps.length}, ${step.command}` : `${title}: done`
}

interface Room {
  width: number
  /** Of lines. */
  height: number
}

export const checklistLines = (
  page: ChecklistPage,
  view: View,
  { width, height }: Room,
  glyphs: Glyphs,
  thresholds: AppState['thresholds'],
): Line[] =>
  !page.run
    ? choiceLines(page, { width, height }, glyphs, thresholds)
    : currentStep(page.run)
      ? stepLines(page.run, view, width)
      : endLines(page, page.run, width, glyphs)

const choiceLines = (
  { at }: ChecklistPage,
  { width, height }: Room,
  { selected }: Glyphs,
  thresholds: AppState['thresholds'],
): Line[] => {
  const head = [
    ...wrap(
      'Guided tours of this machine: each step shows its figures for some seconds, and says what it finds.',
      width,
    ).map((text): Line => [[text]]),
    [],
    ...CHECKLISTS.flatMap(({ title, steps, about }, index): Line[] => {
      const role = index === at ? 'selection' : 'text'
      const before = `${index === at ? selected : ' '} ${title.padEnd(12)} `
      return wrap(`${steps.length} steps: ${about}`, Math.max(20, width - before.length)).map((text, line): Line => [
        [(line === 0 ? before : ' '.repeat(before.length)) + text, role],
      ])
    }),
    [],
  ]
  const steps = (CHECKLISTS[at]?.steps ?? []).map((step, index) => announced(step, index, width))
  // what each goes by, if that has room for all
  const full = [
    ...head,
    ...steps.flatMap(({ lines, rules }) => [
      ...lines,
      ...rules.flatMap((rule) => ruleLines({ ...rule, ...thresholds?.[rule.id] }, width)),
      [],
    ]),
  ]
  return full.length <= height + 1 ? full : [...head, ...steps.flatMap(({ lines }) => lines)]
}

const announced = (
  { command, question, rules }: Step,
  index: number,
  width: number,
): { lines: Line[]; rules: Step['rules'] } => {
  const head = `  ${String(index + 1).padStart(2)} ${shorten(command, COMMAND_WIDTH).padEnd(COMMAND_WIDTH)} `
  const lines = wrap(question, Math.max(20, width - head.length)).map((text, line): Line => [
    [line === 0 ? head : ' '.repeat(head.length), 'label'],
    [text],
  ])
  return { lines, rules }
}

const ruleLines = (rule: Rule, width: number): Line[] => {
  const before = ' '.repeat(COMMAND_WIDTH + 6)
  return wrap(`${rule.looksAt}: ${limitsText(rule)}`, Math.max(20, width - before.length)).map((text): Line => [
    [before + text, 'dim'],
  ])
}

const stepLines = (run: Run, view: View, width: number): Line[] => {
  const step = currentStep(run)!
  const figures = step.figures?.(view.whole)
  return [
    [[step.question, 'label']],
    ...(figures
      ? figureLines(figures, width).map((line): Line => [[line]])
      : run.liveMs === undefined
        ? [[['waiting for its first figures', 'dim'] as const]]
        : []),
    [],
    ...run.results.map((result): Line => resultLine(result, width)),
  ]
}

const LONGEST = 2000

const endLines = ({ at }: ChecklistPage, { results }: Run, width: number, { selected }: Glyphs): Line[] => [
  [[summary(results), results.some(({ is }) => is === 'look') ? 'warn' : 'good']],
  [],
  ...results.flatMap((result, index): Line[] => {
    const isChosen = index === at
    const first: Line = [
      [isChosen ? `${selected} ` : '  ', isChosen ? 'selection' : 'text'],
      ...resultLine(result, width - 2, isChosen ? 'selection' : undefined),
    ]
    if (!isChosen) return [first]
    const rest = wrap(`${sanitize(result.sentence)} -> panel ${result.to.panel}`.slice(0, LONGEST), width - 6)
    return [first, ...rest.map((text): Line => [[`      ${text}`, 'dim']])]
  }),
]

const summary = (results: readonly Result[]): string => {
  const count = (is: Result['is']): number => results.filter((each) => each.is === is).length
  return `${count('look')} to look at, ${count('fine')} fine, ${count('blind')} that cannot be told`
}

const MARKS: Record<Result['is'], readonly [string, Role]> = {
  fine: ['fine  ', 'good'],
  look: ['LOOK  ', 'warn'],
  blind: ['?     ', 'dim'],
}
const COMMAND_WIDTH = 18

const resultLine = (result: Result, width: number, as?: Role): Line => {
  const [mark, role] = MARKS[result.is]
  const own = as ?? (result.isBad ? 'bad' : role)
  const room = Math.max(10, width - mark.length - COMMAND_WIDTH - 1)
  return [
    [mark, own],
    [`${result.command.slice(0, COMMAND_WIDTH).padEnd(COMMAND_WIDTH)} `, as ?? 'text'],
    [shorten(sanitize(result.sentence), room), as ?? (result.is === 'look' ? own : 'dim')],
  ]
}

/** Aligned, numbers right; columns that do not fit beside the others go below, with the first one again. */
export const figureLines = ({ columns, rows }: Figures, width: number): string[] => {
  const cells = rows.map((row) => row.map((cell, index) => cellText(cell, columns[index]!)))
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((row) => displayWidth(row[index]!))),
  )
  // a text at the end has what is left
  const lastAt = columns.length - 1
  if (columns[lastAt]!.digits === undefined) {
    const before = widths.slice(0, lastAt).reduce((sum, each) => sum + each + 1, 0)
    widths[lastAt] = Math.min(widths[lastAt]!, Math.max(12, width - before))
  }
  const blocks: number[][] = [[]]
  let used = 0
  columns.forEach((_, index) => {
    const isFirst = blocks.at(-1)!.length === 0
    if (!isFirst && used + widths[index]! > width && index > 1) {
      blocks.push([0])
      used = widths[0]! + 1
    }
    blocks.at(-1)!.push(index)
    used += widths[index]! + 1
  })
  return blocks.flatMap((block) =>
    [columns.map(({ title }) => title), ...cells].map((row) =>
      block
        .map((index) => {
          const pad = ' '.repeat(Math.max(0, widths[index]! - displayWidth(row[index]!)))
          return columns[index]!.digits === undefined ? shorten(row[index]!, widths[index]!) + pad : pad + row[index]!
        })
        .join(' ')
        .trimEnd(),
    ),
  )
}

const cellText = (cell: string | number | null, { digits }: FigureColumn): string =>
  cell === null ? '-' : typeof cell === 'string' ? sanitize(cell) : cell.toFixed(digits ?? 0)

const REPORT_WIDTH = 132

/** The whole of it as text, for files and terminals that are no screens. */
export const reportLines = (which: Run['which'], results: readonly Result[]): string[] => [
  `checklist ${checklistOf(which).title}: ${summary(results)}`,
  ...results.flatMap((result) => [
    '',
    `${MARKS[result.is][0]}${sanitize(result.command)}: ${sanitize(result.sentence)}${result.is === 'look' ? ` -> panel ${result.to.panel}` : ''}`,
    ...(result.figures ? figureLines(result.figures, REPORT_WIDTH).map((line) => `      ${line}`) : []),
  ]),
]
