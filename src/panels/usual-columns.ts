// Columns of a panel as they are asked for: all, or those that are not only for looking closely. Always the same array, as
// each frame asks several times and more is made of them.
import { createLatest } from '../model/memo.ts'
import type { Column } from './panel-types.ts'

export const columnsOf = (columns: readonly Column[], detail: boolean): readonly Column[] =>
  detail ? columns : usual(columns)

const usual = createLatest((columns: readonly Column[]): readonly Column[] => columns.filter(({ detail }) => !detail))
