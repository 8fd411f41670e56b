// What a letter of a thread's history means on the screen; a stall is to be seen as a colour, too.
import type { Role } from './types.ts'

export const STATE_ROLES: Readonly<Record<string, Role>> = {
  R: 'good',
  w: 'warn',
  p: 'series4',
  q: 'bad',
  D: 'bad',
  T: 'warn',
  t: 'warn',
  F: 'warn',
  '.': 'dim',
}
