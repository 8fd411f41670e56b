// Frames and their weights in words: what kind a frame is must be seen without colours, too.
import { matchedNs, matcherOf, searchProblem, type Matcher } from '../../model/stack-search.ts'
import { isOfStacks, SELECTION_WORDS, selectionLabel, type Selection } from '../../model/selection.ts'
import type { NodeKind, PathFrame } from '../../model/stack-paths.ts'
import { weightShare, type StackNode } from '../../model/stacks.ts'
import type { StackMode } from '../../stream/stack-types.ts'
import { formatBytes, formatCount, formatDuration, formatPercent } from '../format.ts'
import type { Role } from '../../panels/panel-types.ts'
import { sanitize } from '../../stream/harmless.ts'
import type { StackFacts } from './stack-facts.ts'
import { MODE_NAMES, thresholdName } from './page.ts'
import { threadRows } from './threads.ts'

/** After the name, as flame graphs mark them. */
const SUFFIXES: Partial<Record<NodeKind, string>> = { kernel: '_k', jit: '_j', inlined: '_i' }

/** Of a program's own functions, however they came to run. */
export const isProgramCode = (kind: NodeKind): boolean =>
  kind === 'user' || kind === 'jit' || kind === 'interpreted' || kind === 'inlined'

export const suffixOf = (kind: NodeKind): string => SUFFIXES[kind] ?? ''

export const frameName = (frame: PathFrame): string => sanitize(frame.name) + suffixOf(frame.kind)

/** With the file it is in, where that is known. */
export const fullName = (frame: PathFrame): string =>
  frame.module === undefined ? frameName(frame) : `${frameName(frame)}  in ${sanitize(frame.module)}`

const KIND_WORDS: Record<NodeKind, string> = {
  kernel: 'kernel',
  user: 'user',
  jit: 'JIT',
  interpreted: 'interpreted',
  inlined: 'inlined',
  unknown: 'unknown',
  group: '',
  separator: 'above: who woke it',
  others: 'no room for more',
}

export const roleOf = (kind: NodeKind, mode: StackMode): Role => {
  const off = mode !== 'oncpu'
  switch (kind) {
    case 'kernel':
      return off ? 'offKernel' : 'onKernel'
    case 'user':
      return off ? 'offUser' : 'onUser'
    case 'jit':
    case 'interpreted':
    case 'inlined':
      return off ? 'offOther' : 'onOther'
    default:
      return 'stackGroup'
  }
}

const percentText = (ns: number, ofNs: number): string => `${formatPercent(weightShare(ns, ofNs))}%`

/** A weight in its unit. */
export const weightText = ({ source }: Pick<StackFacts, 'source'>, weight: number): string =>
  source?.unit === 'count'
    ? formatCount(weight)
    : source?.unit === 'bytes'
      ? formatBytes(weight)
      : formatDuration(weight)

/** How what is counted beside the weight is called; undefined where nothing is. */
export const timesWord = ({ page, source }: Pick<StackFacts, 'page' | 'source'>): 'times' | 'samples' | undefined =>
  source ? (source.counts ? 'times' : undefined) : page.mode === 'oncpu' ? 'samples' : 'times'

/** One frame's figures, for the line of details. */
export const figuresOf = (node: StackNode, facts: StackFacts): string => {
  const { totalNs, selfNs, count, maxNs, kind } = node
  const times = timesWord(facts)
  return [
    ...(KIND_WORDS[kind] === '' ? [] : [KIND_WORDS[kind]]),
    `${percentText(totalNs, facts.tree.root.totalNs)} of all`,
    `total ${weightText(facts, totalNs)}`,
    `self ${weightText(facts, selfNs)}`,
    ...(times ? [`${formatCount(count)} ${times}`] : []),
    ...(maxNs > 0 ? [`longest ${formatDuration(maxNs)}`] : []),
  ].join('  ')
}

/** Why there is nothing to see though all is well. */
export const emptyText = ({ page, samples, selections, source }: StackFacts): string => {
  if (source) return `no row of ${source.label} has a stack here yet`
  const last = selections.at(-1)
  if (last?.is === 'disk') return `stacks cannot be split by ${SELECTION_WORDS[last.is]}`
  const whose = selections.findLast((each) => !isOfStacks(each))
  const stack = last && isOfStacks(last) ? ` in ${whom(last)}` : ''
  const who = `no thread${whose ? ` of ${whom(whose)}` : ''}${stack}`
  const state = page.states === 'all' ? '' : ` in state ${page.states}`
  const thresholdNs = samples.at(-1)?.data.thresholdNs ?? page.thresholdNs
  if (page.mode === 'oncpu') return `${who} was seen on a CPU yet`
  if (page.mode === 'now') return `${who}${state} at the end of this interval`
  return `${who} left a CPU${state}${thresholdNs > 0 ? ` for ${thresholdName(thresholdNs)} or more` : ''} yet`
}

/** What part of it all was found, while something is searched for. */
export const foundText = (facts: StackFacts, search: string): string | undefined => {
  const matches = matcherOf(search)
  if (!matches) return undefined
  const problem = searchProblem(search)
  return `found ${foundShare(facts, search, matches)}${problem === undefined ? '' : ` as plain text: ${problem}`}`
}

const foundShare = (facts: StackFacts, search: string, matches: Matcher): string => {
  if (facts.page.mode !== 'now') return percentText(matchedNs(facts.tree.root, matches), facts.tree.root.totalNs)
  const rows = threadRows(facts, search)
  return `in ${rows.filter(({ matched }) => matched).length} of ${rows.length} threads`
}

export const titleOf = ({ page, selections, source }: StackFacts): string => {
  const whose = selections.findLast((each) => !isOfStacks(each))
  const last = selections.at(-1)
  return `stacks ${source ? `of ${sanitize(source.label)}` : MODE_NAMES[page.mode]}  ${whose ? whom(whose) : 'all processes'}${last && isOfStacks(last) ? `, ${whom(last)}` : ''}`
}

const whom = (selection: Selection): string =>
  sanitize(
    selection.is === 'process' && selection.comm !== ''
      ? `${selection.comm} (${selection.pid})`
      : selectionLabel(selection),
  )
