// Small grids for tests of what shows them, and what is in the cells of one.
import stringWidth from 'string-width'
import type { Grid } from '../../src/app/app-types.ts'
import { cellOf, charIn, roleIn } from '../../src/app/cell.ts'
import { ROLES, type Role } from '../../src/panels/panel-types.ts'

/** Rows of text as a grid, padded with blanks; wide characters take two cells. */
export const gridOf = (width: number, rows: readonly string[], role: Role = 'text'): Grid => {
  const chars = rows.flatMap((text) => {
    const cells = [...text].flatMap((char) => (stringWidth(char) === 2 ? [char, ''] : [char]))
    return [...cells, ...Array<string>(width).fill(' ')].slice(0, width)
  })
  const index = ROLES.indexOf(role)
  return {
    width,
    height: rows.length,
    cells: Int32Array.from(chars, (char) => cellOf(char.codePointAt(0) ?? 0, index)),
  }
}

/** Each of one column, '' for the right half of a wide one. */
export const charsOf = ({ cells }: Grid): string[] => Array.from(cells, charIn)
/** As numbers. */
export const rolesOf = ({ cells }: Grid): number[] => Array.from(cells, roleIn)
