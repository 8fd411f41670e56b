// Small grids for tests of what shows them.
import stringWidth from 'string-width'
import type { Grid } from '../../src/app/app-types.ts'
import { ROLES, type Role } from '../../src/panels/panel-types.ts'

/** Rows of text as a grid, padded with blanks; wide characters take two cells. */
export const gridOf = (width: number, rows: readonly string[], role: Role = 'text'): Grid => {
  const chars = rows.flatMap((text) => {
    const cells = [...text].flatMap((char) => (stringWidth(char) === 2 ? [char, ''] : [char]))
    return [...cells, ...Array<string>(width).fill(' ')].slice(0, width)
  })
  return { width, height: rows.length, chars, roles: new Uint16Array(chars.length).fill(ROLES.indexOf(role)) }
}
