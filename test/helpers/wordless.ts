// A frame as golden files have it: without the words that stand in nearly all of them, so that another word is another line
// of `test/app/words.test.ts`, not a hundred files. Panels are called by their ids, which leaves their titles' length out
// of it too, and in place of the keys of the last line, in whatever number there is room for them, stands that they are there.
import { frame } from '../../src/app/draw/frame.ts'
import type { Frame, FrameContext } from '../../src/app/app-types.ts'
import { cellOf } from '../../src/app/cell.ts'
import { panelsIn } from '../../src/app/state.ts'
import type { AppState } from '../../src/app/state-types.ts'
import type { Store } from '../../src/model/store.ts'

interface Shown {
  state: AppState
  store: Store
  context: FrameContext
}

export const wordless = ({ state, store, context }: Shown): Frame => {
  const panels: { id: string; title: string }[] = [...panelsIn(state)]
  const titles = panels.map(({ title }) => title)
  for (const panel of panels) panel.title = `<${panel.id}>`
  try {
    return withoutKeys(frame(saying(state, titles), store, context))
  } finally {
    for (const [at, title] of titles.entries()) panels[at]!.title = title
  }
}

/** Of which panel what was said last is, stands in front of it. */
const saying = (state: AppState, titles: readonly string[]): AppState => {
  const { notice } = state
  const at = titles.findIndex((title) => notice?.text.startsWith(`${title}: `))
  if (!notice || at < 0) return state
  const text = `${panelsIn(state)[at]!.title}${notice.text.slice(titles[at]!.length)}`
  return { ...state, notice: { ...notice, text } }
}

const KEYS = '<keys>'
const SPACE = ' '

/** Of the last line only they can be clicked. */
const withoutKeys = (drawn: Frame): Frame => {
  const { grid, hits = [] } = drawn
  const last = grid.height - 1
  const keys = hits.filter(({ y }) => y === last)
  if (keys.length === 0) return drawn
  const from = Math.min(...keys.map(({ x }) => x))
  const start = last * grid.width
  for (let x = from; x < grid.width; x++) grid.cells[start + x] = cellOf((KEYS[x - from] ?? SPACE).charCodeAt(0), 0)
  return { ...drawn, hits: hits.filter((hit) => !keys.includes(hit)) }
}
