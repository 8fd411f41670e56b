// Clicks on a screen.
import { frame } from '../../../src/app/draw/frame.ts'
import type { Hit } from '../../../src/app/app-types.ts'
import { update } from '../../../src/app/update.ts'
import { type FakeScreen } from '../../helpers/screen.ts'

/** A click on the first place of that text, as far as clicks go there. */
export const click = (screen: FakeScreen, text: string, nth = 0): boolean => {
  const { grid, hits = [] } = frame(screen.state, screen.store, screen.context)
  const lines = screen.text().split('\n')
  const found = lines.flatMap((line, y) => (line.includes(text) ? [[line.indexOf(text), y] as const] : []))[nth]
  if (!found) throw new Error(`no ${text}`)
  const [x, y] = found
  if (x >= grid.width) return false
  const under = hits.findLast((hit) => x >= hit.x && x < hit.x + hit.width && y >= hit.y && y < hit.y + hit.height)
  if (!under) return false
  const updated = update(screen.state, under.action, screen.store)
  screen.state = updated.state
  screen.effects.push(...updated.effects)
  return true
}

/** The uppermost place at a cell, and what a click does there. */
export const at = (screen: FakeScreen, x: number, y: number): Hit => {
  const { hits = [] } = frame(screen.state, screen.store, screen.context)
  return hits.findLast((hit) => x >= hit.x && x < hit.x + hit.width && y >= hit.y && y < hit.y + hit.height)!
}
