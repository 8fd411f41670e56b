// The page of what stands out: Enter leads to the panel that shows an entry.
import { layoutOf } from '../layout.ts'
import { pageLines } from '../lines.ts'
import { enterVerdict, moveVerdict, toggleVerdict } from '../verdict/page.ts'
import type { PageKind, PageOf } from './kind.ts'

export const VERDICT_PAGE: PageKind<PageOf<'verdict'>> = {
  saysVerdict: true,
  move: (state, page, by, view) => {
    const { body } = layoutOf(state.width, state.height, state.replay)
    return moveVerdict(state, page, by, pageLines(body.height), view)
  },
  enter: enterVerdict,
  back: toggleVerdict,
  reopened: () => ({ is: 'verdict', at: 0, from: { is: 'overview' } }),
}
