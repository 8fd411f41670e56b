// Records of a table with their fields as their own, to be compared and changed.
import type { FieldSpec } from '../../src/stream/fields.ts'

export const plain = <T extends object>(fields: readonly FieldSpec[], records: readonly T[]): T[] =>
  records.map((record) => Object.fromEntries(fields.map(({ id }) => [id, record[id as keyof T]])) as T)
