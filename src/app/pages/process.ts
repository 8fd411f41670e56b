// The page of one process: text that is scrolled in, from all probes.
import { layoutOf } from '../layout.ts'
import { lastScroll, pageLines } from '../lines.ts'
import { moved } from '../moves.ts'
import { processPage } from '../process/page.ts'
import type { PageOf } from '../page-types.ts'
import type { PageKind } from './kind.ts'

export const PROCESS_PAGE: PageKind<PageOf<'process'>> = {
  about: {
    title: 'Process',
    question: 'What does it wait for, and where does its time go?',
    text: 'From all probes, in the interval shown; bars to the right are its past, newest right. A section says so when its probe has no numbers of this interval.',
  },
  move: (state, page, by, view) => {
    const { body } = layoutOf(state.width, state.height, state.replay)
    const { lines } = processPage(state, view, state.width - 4, view.store.ticks().at(-1) ?? 0, true)
    const last = lastScroll(lines.length, body.height)
    return { ...state, page: { ...page, scroll: moved(page.scroll, by, { page: pageLines(body.height), last }) } }
  },
  reopened: ({ crumbs }) =>
    crumbs.some(({ selection: { is } }) => is === 'process' || is === 'thread')
      ? { is: 'process', scroll: 0 }
      : undefined,
}
