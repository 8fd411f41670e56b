// Stacks as the cells of a table have them: functions in one line, innermost first. Written where they are read from a
// tool, taken apart where they are shown as a tree.
import type { FrameKind } from '../../stream/stack-types.ts'
import type { Dimension } from '../../stream/fields.ts'

const BETWEEN = ' < '
const LONGEST = 4000
/** Stands for the outer functions of one that is longer. */
const CUT = '[too deep]'

/** What the kernel runs to get to programs that measure. */
const MEASURING = /^(bpf_prog_|bpf_trace_run|bpf_trampoline|__bpf_trace_|__traceiter_|__bpf_get_stack|bpf_get_stack)/
const MEASURING_DEPTH = 10

/** Whether there is any of it: much faster than to look at each function. */
export const isMeasured = (stacks: string): boolean => stacks.includes('bpf_') || stacks.includes('__traceiter_')

/** Innermost first, without what was only there because somebody measured. */
export const measured = <T>(frames: readonly T[], nameOf: (frame: T) => string): T[] =>
  frames.slice(1 + frames.slice(0, MEASURING_DEPTH).findLastIndex((frame) => MEASURING.test(nameOf(frame))))

/** From a frame a line. */
export const oneLine = (lines: string): string => {
  const frames: string[] = []
  let length = 0
  const given = lines.slice(0, 8 * LONGEST).split('\n')
  const named = given.map((line) => line.trim()).filter((frame) => frame !== '')
  for (const frame of measured(named, (name) => name)) {
    length += frame.length + BETWEEN.length
    if (length > LONGEST) return [...frames, CUT].join(BETWEEN)
    frames.push(frame)
  }
  return frames.join(BETWEEN)
}

interface TextFrame {
  name: string
  kind: FrameKind
  module?: string
}

interface TextStack {
  /** Innermost first. */
  user: TextFrame[]
  kernel: TextFrame[]
  isCut: boolean
}

const STACK_DIMS = ['stack', 'kernelStack', 'userStack'] as const satisfies readonly Dimension[]
type StackDim = (typeof STACK_DIMS)[number]

export const isStackDim = (dim: Dimension | undefined): dim is StackDim =>
  (STACK_DIMS as readonly (string | undefined)[]).includes(dim)

/** Where the kind of a stack is not told, kernel functions are those marked so, or within a delimiter that tools print. */
export const framesIn = (cell: string, dim: StackDim): TextStack => {
  const texts = cell.split(BETWEEN).filter((text) => text !== '')
  const isCut = texts.at(-1) === CUT
  if (isCut) texts.pop()
  const delimiter = dim === 'stack' ? texts.findIndex((text) => /^--?$/.test(text)) : -1
  const stack: TextStack = { user: [], kernel: [], isCut }
  texts.forEach((text, index) => {
    if (index === delimiter) return
    const isKernel = dim === 'kernelStack' || (dim === 'stack' && (index < delimiter || text.endsWith('_[k]')))
    stack[isKernel ? 'kernel' : 'user'].push(frameIn(text, isKernel))
  })
  return stack
}

/** Without the place in the function: one function is one frame. */
const frameIn = (text: string, isKernel: boolean): TextFrame => {
  const [, named = text, file] = /^(.+?) ?\(([/[][^()]*)\)$/.exec(text) ?? []
  const name = named
    .replace(/^[0-9a-f]{8,16} /, '')
    .replace(/_\[[kji]\]$/, '')
    .replace(/\+(0x[0-9a-f]+|\d+)$/, '')
  const module = file === undefined || file.startsWith('[') ? {} : { module: file }
  if (/^(0x)?[0-9a-f]{6,16}$|^\[unknown\]$/.test(name)) return { name: '[unknown]', kind: 'unknown', ...module }
  return {
    name,
    kind: isKernel ? 'kernel' : /_\[j\]/.test(text) || file?.startsWith('/tmp/perf-') ? 'jit' : 'user',
    ...module,
  }
}
