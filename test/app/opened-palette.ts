// A screen with its palette open.
import { fakeScreen } from '../helpers/screen.ts'

export const open = (...keys: string[]) => {
  const screen = fakeScreen({ ticks: 20 })
  screen.press(...keys, 'C-p')
  return screen
}
