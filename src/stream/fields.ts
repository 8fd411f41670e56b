// Fields that the tables of many probes have: by which rows are joined, so each is the same everywhere.
import type { FieldSpec } from './spec.ts'

export const PID = { id: 'pid', unit: 'id', kind: 'label', dim: 'pid' } as const satisfies FieldSpec
export const TID = { id: 'tid', unit: 'id', kind: 'label', dim: 'tid' } as const satisfies FieldSpec
export const COMM = { id: 'comm', unit: 'text', kind: 'label', dim: 'comm' } as const satisfies FieldSpec
export const CGROUP = { id: 'cgroup', unit: 'text', kind: 'label', dim: 'cgroup' } as const satisfies FieldSpec
/** How often it happened. */
export const COUNT = { id: 'count', unit: 'count', kind: 'counter' } as const satisfies FieldSpec
