// Fields of tables: what each says of itself, and those that many probes have, by which rows are joined, so that they are the
// same everywhere.

/** `text` and `id` are for labels; `ms` is written as an age. */
export type Unit = 'text' | 'id' | 'count' | 'ns' | 'ms' | 'bytes' | 'percent'

/** What a field tells apart: by it rows are kept when everything is narrowed, and joined to others. */
export const DIMENSIONS = [
  'pid',
  /** When that process was started, since the machine was: tells processes apart that had the same number. */
  'start',
  'tid',
  'comm',
  'cgroup',
  'user',
  'cpu',
  'disk',
  'syscall',
  'errno',
  'file',
  'peer',
  'port',
  /** Functions in one text, innermost first with ` < ` between them; of which kind, where that is known. */
  'stack',
  'kernelStack',
  'userStack',
] as const
export type Dimension = (typeof DIMENSIONS)[number]

export interface FieldSpec {
  id: string
  unit: Unit
  /** A counter holds what happened within the interval, a gauge what is at its end, a label who or what the row is; a
   * histogram is the name of one in the sample's `hists`, its unit that of the values. */
  kind: 'counter' | 'gauge' | 'label' | 'histogram'
  dim?: Dimension
  /** As exact where the probe is in its cheaper tier, as the kernel counts it anyway. */
  exact?: boolean
  /** Its values are those of the first field of that table, whose rows belong to those that name them. */
  names?: string
}

export const PID = { id: 'pid', unit: 'id', kind: 'label', dim: 'pid' } as const satisfies FieldSpec
export const TID = { id: 'tid', unit: 'id', kind: 'label', dim: 'tid' } as const satisfies FieldSpec
export const COMM = { id: 'comm', unit: 'text', kind: 'label', dim: 'comm' } as const satisfies FieldSpec
export const CGROUP = { id: 'cgroup', unit: 'text', kind: 'label', dim: 'cgroup' } as const satisfies FieldSpec
/** How often it happened. */
export const COUNT = { id: 'count', unit: 'count', kind: 'counter' } as const satisfies FieldSpec
