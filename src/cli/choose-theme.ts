// Which theme to begin with: the one asked for, or the one that suits the terminal.
import type { Environment } from '../screen/environment.ts'

/** Names in the order the theme key goes through them. */
export const chooseTheme = (asked: string | undefined, { colours, light }: Environment): string => {
  if (asked !== undefined) return asked
  if (colours > 0 && colours <= 16) return 'tty'
  return light ? 'light' : 'dark'
}
