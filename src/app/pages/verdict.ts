// The page of what stands out: Enter leads to the panel that shows an entry.
import { layoutOf } from '../layout.ts'
import { pageLines } from '../lines.ts'
import { enterVerdict, moveVerdict, toggleVerdict } from '../verdict/page.ts'
import type { PageOf } from '../page-types.ts'
import type { PageKind } from './kind.ts'

export const VERDICT_PAGE: PageKind<PageOf<'verdict'>> = {
  about: {
    title: 'What stands out',
    question: 'What is wrong with this machine now?',
    text: 'Rules, each a figure over some time with two thresholds; what is over the first stands out, worst first, and over the second is bad. Below that what was looked at and is fine with the worst there is, and what cannot be told with why; to the right, where there is room, each figure over time: full height is where it stands out, or the most there was beyond that. Of the whole machine, whatever the screen is narrowed to. Thresholds are changed in [verdict] of the configuration.',
  },
  saysVerdict: true,
  enterLabel: () => 'open panel',
  move: (state, page, by, view) => {
    const { body } = layoutOf(state.width, state.height, state.replay)
    return moveVerdict(state, page, by, pageLines(body.height), view)
  },
  enter: enterVerdict,
  back: toggleVerdict,
  reopened: () => ({ is: 'verdict', at: 0, from: { is: 'overview' } }),
}
