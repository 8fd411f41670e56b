// A cell of the screen as one small number: which character, and what it means. A screenful is so one piece of memory, of
// which rows are filled and compared at once.

const CODE_BITS = 21
const CODE = (1 << CODE_BITS) - 1

/** `code`: of one character of one column, 0 for the right half of a wide one. `role`: an index into ROLES, or behind these
 * of `heatCell`. */
export const cellOf = (code: number, role: number): number => (role << CODE_BITS) | code

export const codeIn = (cell: number): number => cell & CODE
export const roleIn = (cell: number): number => cell >>> CODE_BITS

/** '' for the right half of a wide one. */
export const charIn = (cell: number): string => {
  const code = cell & CODE
  return code === 0 ? '' : String.fromCodePoint(code)
}
