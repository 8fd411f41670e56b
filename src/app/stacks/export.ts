// What the page of stacks shows, for other tools: each stack from the root with its own weight, as folded lines and as
// speedscope's JSON. (pprof needs a library; it is written by the screen.) Names are made harmless here.
import { nodeAt, type StackNode } from '../../model/stacks.ts'
import type { NodeKind } from '../../model/stack-paths.ts'
import type { Store } from '../../model/store.ts'
import type { StackMode } from '../../stream/stacks.ts'
import type { AppState } from '../state.ts'
import { sanitize } from '../width.ts'
import { stackFacts } from './facts.ts'
import { titleOf } from './words.ts'

export interface ExportFrame {
  name: string
  kind: NodeKind
  module?: string
}

export interface ExportStack {
  /** Root first. */
  frames: readonly ExportFrame[]
  ns: number
  count: number
}

export interface StacksExport {
  title: string
  mode: StackMode
  hz?: number
  fromMs: number
  toMs: number
  stacks: readonly ExportStack[]
}

/** Filtered, grouped and zoomed as on screen; undefined when there is nothing. */
export const stacksExport = (state: AppState, store: Store): StacksExport | undefined => {
  const facts = stackFacts(state, store)
  const [first, last] = [facts?.samples[0], facts?.samples.at(-1)]
  if (!facts || !first || !last || facts.page.mode === 'now' || facts.shown.count === 0) return undefined
  const { tree, zoom, shown, page } = facts
  const above = zoom.slice(0, -1).map((_, index) => nodeAt(tree.root, zoom.slice(0, index + 1))!)
  const stacks: ExportStack[] = []
  const walk = (node: StackNode, path: readonly ExportFrame[]): void => {
    const children = [...node.children.values()]
    const count = node.count - children.reduce((sum, child) => sum + child.count, 0)
    if (count > 0) stacks.push({ frames: page.inverted ? [...path].reverse() : path, ns: node.selfNs, count })
    for (const child of children) walk(child, [...path, frameOf(child)])
  }
  walk(shown, zoom.length > 0 ? [...above, shown].map(frameOf) : [])
  const { hz } = last.data
  return { title: titleOf(facts), mode: page.mode, ...(hz === undefined ? {} : { hz }), fromMs: first.atMs - first.intervalMs, toMs: last.atMs, stacks }
}

/** As flamegraph.pl reads it: `comm;frame;frame_[k] value`. Time off-CPU in us, which the file's name says; time on-CPU
 * in samples. */
export const foldedText = ({ mode, stacks }: StacksExport): string =>
  stacks
    .map(({ frames, ns, count }) => ({ line: frames.map(frame => annotated(frame).replaceAll(';', ':')).join(';'), value: mode === 'oncpu' ? count : Math.round(ns / 1000) }))
    .filter(({ value }) => value > 0)
    .map(({ line, value }) => `${line} ${value}\n`)
    .join('')

export const foldedName = (mode: StackMode): string => (mode === 'oncpu' ? 'oncpu-samples.folded' : 'offcpu-us.folded')

/** See file-format-schema.json of speedscope. */
export const speedscopeData = ({ title, stacks }: StacksExport, exporter: string) => {
  const indexes = new Map<string, number>()
  const frames: { name: string; file?: string }[] = []
  const indexOf = (frame: ExportFrame): number => {
    const key = `${frame.kind}\0${frame.module ?? ''}\0${frame.name}`
    const known = indexes.get(key)
    if (known !== undefined) return known
    indexes.set(key, frames.length)
    frames.push({ name: annotated(frame), ...(frame.module === undefined ? {} : { file: frame.module }) })
    return frames.length - 1
  }
  const samples = stacks.map(stack => stack.frames.map(indexOf))
  const weights = stacks.map(({ ns }) => ns)
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json' as const,
    name: title,
    exporter,
    activeProfileIndex: 0,
    shared: { frames },
    profiles: [{
      type: 'sampled' as const, name: title, unit: 'nanoseconds' as const, startValue: 0, endValue: weights.reduce((sum, ns) => sum + ns, 0), samples, weights,
    }],
  }
}

const ANNOTATIONS: Partial<Record<NodeKind, string>> = { kernel: '_[k]', jit: '_[j]', inlined: '_[i]' }

const annotated = ({ name, kind }: ExportFrame): string => name + (ANNOTATIONS[kind] ?? '')

const frameOf = ({ name, kind, module }: StackNode): ExportFrame =>
  ({ name: sanitize(name).trim() || '[unknown]', kind, ...(module === undefined ? {} : { module: sanitize(module) }) })
