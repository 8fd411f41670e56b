// The path of selections in so many columns: long names give way first, each cut where it tells least; then the steps
// in the middle. The last one stays: it is where one is.
import { selectionName, selectionPrefix, type Selection } from '../model/selection.ts'
import { displayWidth, shorten, shortenLeft, shortenMiddle } from './width.ts'
import { sanitize } from '../stream/harmless.ts'

const LEAST_NAME = 10
export const STEP = ' > '

/** Its steps: all, then each selection; behind `mark` where the first of these are left out. */
export const crumbSteps = (selections: readonly Selection[], width: number, mark = '~'): string[] => {
  const names = selections.map((selection) => sanitize(selectionName(selection)))
  const prefixes = selections.map((selection) =>
    selectionPrefix(selection) === '' ? '' : `${selectionPrefix(selection)} `,
  )
  const widths = names.map(displayWidth)
  const fixed = 'all'.length + prefixes.reduce((sum, prefix) => sum + STEP.length + prefix.length, 0)
  let over = fixed + widths.reduce((sum, each) => sum + each, 0) - width
  while (over > 0) {
    const widest = widths.indexOf(Math.max(...widths))
    if (widths[widest]! <= LEAST_NAME) break
    widths[widest]!--
    over--
  }
  const steps = selections.map(
    (selection, index) => prefixes[index]! + cutters[cutOf(selection)](names[index]!, widths[index]!, mark),
  )
  while (steps.length > 1 && displayWidth(['all', mark, ...steps].join(STEP)) > width && over > 0) steps.shift()
  return ['all', ...(steps.length < selections.length ? [mark] : []), ...steps]
}

const cutters = { left: shortenLeft, middle: shortenMiddle, right: shorten }

/** Control groups differ at their end, functions and addresses at both. */
const cutOf = ({ is }: Selection): keyof typeof cutters =>
  is === 'cgroup' || is === 'file' ? 'left' : is === 'stack' || is === 'function' || is === 'peer' ? 'middle' : 'right'
