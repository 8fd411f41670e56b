// By what a table can be told apart: the dimensions of its fields, those of a finer table, or its processes; and whether latency
// can. From the spec alone, so that it is known before there are any rows.
import type { ProbeId } from '../stream/probe-ids.ts'
import type { ProbeSpec, RollupSpec } from '../stream/spec.ts'
import type { Dimension, FieldSpec } from '../stream/fields.ts'
import { isOfStacks, targetOf, type Selection } from './selection.ts'
import { isStackDim } from './tables/stack-text.ts'

/** How a table can be narrowed to a selection; undefined where it cannot. `joined`: through the directory of processes. */
export interface Breakdown {
  /** All of one dimension: a session has two ports. */
  fields: readonly FieldSpec[]
  dim: Dimension
  joined: boolean
  /** By the rows of a finer table, whose fields these are. */
  through?: RollupSpec
}

/** Dimensions by which a selection can be told, the most exact first. */
const DIMENSIONS_OF: Record<Selection['is'], readonly Dimension[]> = {
  process: ['pid'],
  thread: ['tid', 'pid'],
  pids: ['pid'],
  comm: ['comm'],
  cgroup: ['cgroup'],
  user: ['user'],
  tree: [],
  disk: ['disk'],
  peer: ['peer'],
  port: ['port'],
  syscall: ['syscall'],
  error: ['errno'],
  file: ['file'],
  cpu: ['cpu'],
  stack: [],
  function: [],
}

/** Selections whose processes can be found when a table does not have their dimension. */
const HAS_PROCESSES: readonly Selection['is'][] = [
  'comm',
  'cgroup',
  'user',
  'tree',
  'file',
  'peer',
  'port',
  'stack',
  'function',
]

/** The probe that knows all processes that have to do with what is selected, and what they have of it. */
export const tellerOf = (
  specs: readonly ProbeSpec[],
  { is }: Pick<Selection, 'is'>,
): { probe: ProbeId; by: string } | undefined => {
  const [dim] = HAS_PROCESSES.includes(is) ? DIMENSIONS_OF[is] : []
  const teller = dim && specs.find(({ tells }) => tells?.of.includes(dim))
  return teller && { probe: teller.id as ProbeId, by: teller.tells!.by }
}

/** How the rows of a table are told by a selection: by its own dimension, by that of a finer table, through processes. */
export const breakdownIn = (
  spec: Pick<ProbeSpec, 'id' | 'tables' | 'rollups'>,
  table: string,
  selection: Selection,
): Breakdown | undefined => {
  const fields = spec.tables[table] ?? []
  const finer = (spec.rollups ?? []).filter(({ of }) => of === table)
  const withDim = (of: readonly FieldSpec[], dim: Dimension) => of.filter((each) => each.dim === dim)
  const found = (dim: Dimension, joined: boolean): Breakdown | undefined => {
    const own = withDim(fields, dim)
    if (own.length > 0) return { fields: own, dim, joined }
    const through = finer.find(({ from }) => withDim(spec.tables[from] ?? [], dim).length > 0)
    return through && { fields: withDim(spec.tables[through.from]!, dim), dim, joined, through }
  }
  if (isOfStacks(selection) && selection.of) {
    const { probe, table: own, pids } = selection.of
    const stacks = spec.id === probe && own === table ? fields.filter(({ dim }) => isStackDim(dim)) : []
    if (stacks.length > 0) return { fields: stacks, dim: stacks[0]!.dim!, joined: false }
    return pids ? found('pid', true) : undefined
  }
  for (const dim of DIMENSIONS_OF[selection.is]) {
    const direct = found(dim, false)
    if (direct) return direct
  }
  return HAS_PROCESSES.includes(selection.is) ? found('pid', true) : undefined
}

/** Whether latency can be told apart by all these of a path: the kernel is told them, or rows with the dimensions have
 * histograms. */
export const canTellLatency = (
  { options, hists = [], ...spec }: ProbeSpec,
  selections: readonly Selection[],
  path = selections,
): boolean =>
  (options.includes('target') && selections.every((each) => isToldByKernel(each, path))) ||
  hists.some(
    ({ parts }) => parts !== undefined && selections.every((each) => isDirect(breakdownIn(spec, tableIn(parts), each))),
  )

/** What kernel programs know of whom they count; the rest is told by rows. */
export const TOLD_BY_KERNEL: readonly Selection['is'][] = [
  'process',
  'thread',
  'pids',
  'comm',
  'cgroup',
  'user',
  'peer',
  'port',
]

/** Of whom the kernel programs are told; what follows within it they tell as long as it says whose. */
export const isToldByKernel = ({ is }: Selection, path: readonly Selection[]): boolean =>
  TOLD_BY_KERNEL.includes(is) && targetOf(path) !== undefined

export const tableIn = (parts: string): string => parts.split('.')[0]!

export const isDirect = (found: Breakdown | undefined): boolean =>
  found !== undefined && !found.joined && !found.through
