// The tree of stacks: share, bar, weight, and the frame beside its fold mark. Kernel frames have another bar and a
// suffix, so that they are told apart without colours.
import { weightShare } from '../../model/stacks.ts'
import { formatCount, formatDuration, formatPercent } from '../format.ts'
import type { Role } from '../../panels/panel-types.ts'
import type { StackFacts } from '../stacks/stack-facts.ts'
import type { StackParts } from '../stacks/page-parts.ts'
import { rowAt, treeRows, type StackRow } from '../stacks/tree-rows.ts'
import { isProgramCode, frameName, timesWord, weightText } from '../stacks/frame-words.ts'
import { shortenMiddle, fit, fitLeft } from '../width.ts'
import { put, tint, type Canvas } from './grid.ts'
import type { Beyond } from './lines.ts'
import { firstRow } from '../moves.ts'
import { drawBar } from './bar.ts'
import { glyphsFor } from '../glyphs.ts'

const WIDE = 116
const FOUND = '*'

export const drawTree = (
  canvas: Canvas,
  { head, view }: StackParts,
  facts: StackFacts,
  selected: readonly string[],
): Beyond => {
  const { page, tree, matches } = facts
  const glyphs = glyphsFor(canvas.unicode)
  const wide = view.width >= WIDE
  const bar = wide ? 16 : 8
  const isOn = page.mode === 'oncpu'
  const times = timesWord(facts)
  const figures = (percent: string, weight: string, self: string, count: string, longest: string): string =>
    `${fitLeft(percent, 6)} ${' '.repeat(bar)} ${fitLeft(weight, 7)} ${wide ? `${fitLeft(self, 7)} ${times ? `${fitLeft(count, 7)} ` : ''}${isOn ? '' : `${fitLeft(longest, 7)} `}` : ''}`
  put(
    canvas,
    head.x + 1,
    head.y,
    `${figures('%', 'TOTAL', 'SELF', (times ?? '').toUpperCase(), 'LONGEST')}FRAME`,
    'label',
  )
  const rows = treeRows(facts)
  const at = rowAt(rows, selected)
  const first = firstRow(at, rows.length, view.height)
  rows.slice(first, first + view.height).forEach((row, index) => {
    const y = view.y + index
    const { node } = row
    const found = matches?.(node) ?? false
    const share = weightShare(node.totalNs, tree.root.totalNs)
    const longest = node.maxNs > 0 ? formatDuration(node.maxNs) : '-'
    const text = figures(
      formatPercent(share),
      weightText(facts, node.totalNs),
      weightText(facts, node.selfNs),
      formatCount(node.count),
      longest,
    )
    const x = put(canvas, view.x + 1, y, text, 'text')
    drawBar(canvas, view.x + 8, y, share / 100, bar, isOn ? 'series2' : 'series1', node.kind === 'kernel')
    const room = view.x + view.width - x
    put(canvas, x, y, fit(nameOf(row, found, page.inverted, room, glyphs.cut), room), found ? 'match' : nameRole(row))
    if (first + index !== at) return
    put(canvas, view.x, y, glyphs.selected, 'selection')
    tint(canvas, view.x, y, view.width, 'selection')
  })
  return { above: first, below: Math.max(0, rows.length - first - view.height) }
}

/** Deep trees are drawn flat: at least half of the room is for the name. Of a run its innermost frame says most. */
const nameOf = (row: StackRow, found: boolean, inverted: boolean, room: number, mark: string): string => {
  const { node, indent, foldable, open, run, first } = row
  const depth = Math.min(indent * 2, Math.floor(room / 2))
  const start = `${' '.repeat(depth)}${foldable ? (open ? '-' : '+') : ' '}${found ? FOUND : ' '}`
  const [before, behind] = run === 1 ? ['', ''] : inverted ? ['', ` ${mark} (${run})`] : [`${mark} `, ` (${run})`]
  const name = frameName(inverted ? first : node)
  return start + before + shortenMiddle(name, room - start.length - before.length - behind.length, mark) + behind
}

const nameRole = ({ node }: StackRow): Role =>
  node.kind === 'kernel' ? 'label' : node.kind === 'group' ? 'title' : isProgramCode(node.kind) ? 'text' : 'dim'
