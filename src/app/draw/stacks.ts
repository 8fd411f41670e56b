// The page of stacks: its frame, what is counted, one of the views, and the selected frame in full.
import { nodeAt, type StackNode } from '../../model/stacks.ts'
import type { View } from '../../model/view.ts'
import { costFigures } from '../cost.ts'
import { formatAge, formatCount, formatDuration } from '../format.ts'
import { lossRole, lossText } from '../loss.ts'
import { stackFacts, type StackFacts } from '../stacks/stack-facts.ts'
import { selectedPath } from '../stacks/move.ts'
import { thresholdName } from '../stacks/page.ts'
import { hiddenCount } from '../stacks/shown.ts'
import { stackParts } from '../stacks/page-parts.ts'
import { lossOfFacts, stacksStatus, statusLines } from '../stacks/status.ts'
import { emptyText, figuresOf, foundText, fullName, timesWord, titleOf, weightText } from '../stacks/frame-words.ts'
import type { AppState } from '../state-types.ts'
import { probeAgeMs } from '../probes/status.ts'
import type { FrameContext, Rect } from '../app-types.ts'
import { displayWidth, shortenMiddle } from '../width.ts'
import { fill, put, type Canvas } from './grid.ts'
import { drawBeyond, drawLine, drawLines } from './lines.ts'
import { drawBoxes } from './stack-boxes.ts'
import { drawThreads } from './stack-threads.ts'
import { drawTree } from './stack-tree.ts'
import { glyphsFor } from '../glyphs.ts'
import { wholePieces, type Line, type Piece } from '../lines.ts'

export const drawStacks = (canvas: Canvas, rect: Rect, state: AppState, view: View, context: FrameContext): void => {
  const facts = stackFacts(state, view)
  if (!facts) return
  const status = stacksStatus(state, view, facts, context.nowMs)
  const why = statusLines(status, state, rect.width - 4)
  const probe = facts.source?.panel.probe ?? 'stacks'
  const cost = state.cost ? `  ${costFigures(state, view, probe).join(' ')}` : ''
  drawLines(canvas, rect, titleOf(facts) + cost, why, 0, status.text)
  if (why.length > 0) return
  const parts = stackParts(rect)
  drawLine(
    canvas,
    parts.facts.x,
    parts.facts.y,
    wholePieces(factLine(facts, state.filter.text, probeAgeMs(state, view, probe, context.nowMs)), parts.facts.width),
    parts.facts.width,
  )
  if (facts.page.mode === 'now') {
    drawBeyond(canvas, rect, drawThreads(canvas, parts, facts, state.filter.text), true)
    return
  }
  if (facts.tree.root.count === 0) {
    put(canvas, parts.view.x, parts.view.y, emptyText(facts), 'dim', parts.view.width)
    return
  }
  const selected = selectedPath(facts)
  if (facts.page.view === 'tree') drawBeyond(canvas, rect, drawTree(canvas, parts, facts, selected), true)
  else
    drawBoxes(
      canvas,
      { ...parts.view, y: parts.head.y, height: parts.view.height + 1 },
      facts,
      selected,
      context.colour,
    )
  drawDetail(canvas, parts.detail, facts, nodeAt(facts.tree.root, selected)!)
}

/** Everything the numbers below depend on. */
const factLine = (facts: StackFacts, search: string, ageMs: number | undefined): Line => {
  const { page, samples, dropped, source } = facts
  const first = samples[0]
  const hidden = hiddenCount(facts.tree, facts.hidden)
  const last = samples.at(-1)
  const found = foundText(facts, search)
  const loss = lossOfFacts(facts)
  const pieces: Piece[] =
    page.mode === 'now'
      ? [
          ['at the end of the interval: D first, then the longest there', 'dim'],
          [found ?? '', 'warn'],
        ]
      : [
          [totalText(facts), 'title'],
          [first && last ? `over ${formatAge(last.atMs - first.atMs + first.intervalMs)}` : '', 'text'],
          [ageMs === undefined ? '' : `until ${formatAge(ageMs)} before`, 'stale'],
          [found ?? '', 'warn'],
          ...(loss ? [[`lost ${lossText(loss)}`, lossRole(loss)] as Piece] : []),
          ...(source
            ? []
            : page.mode === 'offcpu'
              ? [[thresholds(facts), 'dim'] as Piece]
              : [[hertz(facts), 'dim'] as Piece]),
          [page.inverted ? 'leaf first' : '', 'dim'],
          [page.by === 'process' ? '' : `by ${page.by}`, 'dim'],
          [page.wakers && page.mode === 'offcpu' ? 'with wakers' : '', 'dim'],
          [hidden > 0 ? `without ${hidden} functions of plumbing: H` : '', 'dim'],
          [dropped > 0 ? `${dropped} older interval${dropped === 1 ? '' : 's'} no longer kept` : '', 'dim'],
        ]
  if (page.states !== 'all') pieces.splice(1, 0, [`only ${page.states}`, 'warn'])
  return pieces.filter(([text]) => text !== '').flatMap(([text, role]) => [[text, role], ['  ']] as Piece[])
}

const totalText = (facts: StackFacts): string => {
  const { source, page, tree } = facts
  const { totalNs, count } = tree.root
  if (!source)
    return `${formatDuration(totalNs)} in ${formatCount(count)} ${page.mode === 'oncpu' ? 'samples' : 'waits'}`
  const total = weightText(facts, totalNs)
  return timesWord(facts)
    ? `${total} in ${formatCount(count)} times`
    : source.unit === 'count'
      ? `${total} in all`
      : total
}

const thresholds = ({ samples }: StackFacts): string => {
  const all = samples.map((sample) => sample.data.thresholdNs)
  const [least, most] = [Math.min(...all), Math.max(...all)]
  if (all.length === 0 || most === 0) return ''
  return least === most
    ? `each ${thresholdName(most)} or longer`
    : `each ${thresholdName(least)} to ${thresholdName(most)} or longer`
}

const hertz = ({ samples }: StackFacts): string => {
  const hz = samples.at(-1)?.data.hz
  return hz === undefined ? '' : `${hz} a second on each CPU`
}

const drawDetail = (canvas: Canvas, rect: Rect, facts: StackFacts, node: StackNode): void => {
  const { horizontal } = glyphsFor(canvas.unicode)
  fill(canvas, { ...rect, y: rect.y - 1, height: 1 }, 'border', horizontal)
  put(canvas, rect.x, rect.y, figuresOf(node, facts), 'label', rect.width)
  const name = shortenMiddle(fullName(node), rect.width * (rect.height - 1), glyphsFor(canvas.unicode).cut)
  cut(name, rect.width)
    .slice(0, rect.height - 1)
    .forEach((line, index) => put(canvas, rect.x, rect.y + 1 + index, line, 'title', rect.width))
}

/** Names have no blanks to break at. */
const cut = (text: string, width: number): string[] => {
  const lines = ['']
  for (const char of text) {
    if (displayWidth(lines.at(-1)! + char) > width) lines.push('')
    lines[lines.length - 1] += char
  }
  return lines
}
