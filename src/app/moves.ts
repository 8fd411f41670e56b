// Where a key moves in anything that has places from 0 on (rows, entries of lists, lines of text), and which of these are
// seen then.
import type { Move } from './actions.ts'

/** `page`: what a page up or down is; before the first place (-1) a move down leads to it. */
export const moved = (at: number, by: Move, { page, last }: { page: number; last: number }): number => {
  const to = { up: at - 1, down: at + 1, pageUp: at - page, pageDown: at + page, first: 0, last }[by]
  return Math.min(last, Math.max(0, to))
}

/** The selected row is kept in the middle where possible, so that what surrounds it is seen; one that was clicked stays
 * under the mouse, as a second click is meant for it, too. */
export const firstRow = (selected: number, count: number, room: number, line = Math.floor(room / 2)): number =>
  Math.max(0, Math.min(selected - Math.min(line, room - 1), count - room))
