// What the page of stacks shows, for other tools: each stack from the root with its own weight, as folded lines and as
// speedscope's JSON. (pprof needs a library; it is written by the screen.) Names are made harmless here.
import { keyOf, OTHERS, pathOf, type NodeKind, type PathFrame } from '../../model/stack-paths.ts'
import type { View } from '../../model/view.ts'
import type { Stack, StackMode } from '../../stream/stack-types.ts'
import type { AppState } from '../state-types.ts'
import { sanitize } from '../../stream/harmless.ts'
import { stackFacts } from './stack-facts.ts'
import { stacksWindow } from './window.ts'
import { titleOf } from './frame-words.ts'

export interface ExportStack {
  /** Root first. */
  frames: readonly PathFrame[]
  ns: number
  count: number
  /** Whose; not known of those for which there was no room. */
  of?: { pid: number; command: string; thread: string; state: Stack['state'] }
}

export interface StacksExport {
  title: string
  mode: StackMode
  /** They are rows of this panel, and weigh so. */
  of?: { panel: string; unit: 'ns' | 'count' | 'bytes'; counts: boolean }
  hz?: number
  fromMs: number
  toMs: number
  /** The same frames may be of several processes, threads and states. */
  stacks: readonly ExportStack[]
}

/** Filtered, grouped and narrowed as on screen; undefined when there is nothing. */
export const stacksExport = (state: AppState, view: View): StacksExport | undefined => {
  const facts = stackFacts(state, view)
  const window = facts && stacksWindow(facts)
  if (!window || facts.page.mode === 'now' || facts.shown.count === 0) return undefined
  const {
    tree: { query },
    page: { mode },
  } = facts
  const {
    data: { frames, stacks, others, hz },
    fromMs,
    toMs,
  } = window
  const exported = stacks.map((stack): ExportStack => ({
    frames: pathOf(stack, frames, { ...query, inverted: false }).map(exportFrame),
    ns: stack.ns,
    count: stack.count,
    ...(facts.source
      ? ownOf(stack)
      : {
          of: {
            pid: stack.pid,
            command: sanitize(query.nameOf?.(stack.pid) ?? stack.comm),
            thread: sanitize(stack.comm),
            state: stack.state,
          },
        }),
  }))
  if (others) exported.push({ frames: [exportFrame(OTHERS)], ...others })
  const of = facts.source && { panel: facts.source.panel.id, unit: facts.source.unit, counts: facts.source.counts }
  return {
    title: titleOf(facts),
    mode,
    ...(of ? { of } : {}),
    ...(hz === undefined ? {} : { hz }),
    fromMs,
    toMs,
    stacks: exported,
  }
}

/** As flamegraph.pl reads it: `comm;frame;frame_[k] value`. Time off-CPU in us, which the file's name says; time on-CPU
 * in samples. */
export const foldedText = ({ mode, of, stacks }: StacksExport): string =>
  byFrames(stacks)
    .map(({ frames, ns, count }) => ({
      line: frames.map((frame) => annotated(frame).replaceAll(';', ':')).join(';'),
      value: of && of.unit !== 'ns' ? ns : mode === 'oncpu' && !of ? count : Math.round(ns / 1000),
    }))
    .filter(({ value }) => value > 0)
    .map(({ line, value }) => `${line} ${value}\n`)
    .join('')

export const foldedName = ({ mode, of }: Pick<StacksExport, 'mode' | 'of'>): string =>
  of
    ? `${of.panel}-${of.unit === 'ns' ? 'us' : of.unit}.folded`
    : mode === 'oncpu'
      ? 'oncpu-samples.folded'
      : 'offcpu-us.folded'

/** A panel's rows say a process or nothing. */
const ownOf = ({ pid, comm, state }: Stack): Pick<ExportStack, 'of'> =>
  pid > 0 ? { of: { pid, command: sanitize(comm), thread: '', state } } : {}

const SPEEDSCOPE_UNITS = { ns: 'nanoseconds', count: 'none', bytes: 'bytes' } as const

/** See file-format-schema.json of speedscope. */
export const speedscopeData = ({ title, of, stacks: all }: StacksExport, exporter: string) => {
  const stacks = byFrames(all)
  const indexes = new Map<string, number>()
  const frames: { name: string; file?: string }[] = []
  const indexOf = (frame: PathFrame): number => {
    const key = keyOf(frame)
    const known = indexes.get(key)
    if (known !== undefined) return known
    indexes.set(key, frames.length)
    frames.push({ name: annotated(frame), ...(frame.module === undefined ? {} : { file: frame.module }) })
    return frames.length - 1
  }
  const samples = stacks.map((stack) => stack.frames.map(indexOf))
  const weights = stacks.map(({ ns }) => ns)
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json' as const,
    name: title,
    exporter,
    activeProfileIndex: 0,
    shared: { frames },
    profiles: [
      {
        type: 'sampled' as const,
        name: title,
        unit: SPEEDSCOPE_UNITS[of?.unit ?? 'ns'],
        startValue: 0,
        endValue: weights.reduce((sum, ns) => sum + ns, 0),
        samples,
        weights,
      },
    ],
  }
}

/** What names nobody has each path once. */
const byFrames = (stacks: readonly ExportStack[]): ExportStack[] => {
  const merged = new Map<string, ExportStack>()
  for (const { frames, ns, count } of stacks) {
    const key = frames.map(keyOf).join('\x01')
    const known = merged.get(key)
    if (known) {
      known.ns += ns
      known.count += count
    } else merged.set(key, { frames, ns, count })
  }
  return [...merged.values()]
}

const ANNOTATIONS: Partial<Record<NodeKind, string>> = { kernel: '_[k]', jit: '_[j]', inlined: '_[i]' }

const annotated = ({ name, kind }: PathFrame): string => name + (ANNOTATIONS[kind] ?? '')

const exportFrame = ({ name, kind, module }: PathFrame): PathFrame => ({
  name: sanitize(name).trim() || '[unknown]',
  kind,
  ...(module === undefined ? {} : { module: sanitize(module) }),
})
