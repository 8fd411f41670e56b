// All kinds of pages. A new one is an object here, its state in page-types.ts, its needs in probes/needs.ts and its drawing in
// draw/pages.ts, each of which the compiler asks for.
import type { AppState } from '../state-types.ts'
import type { Page, PageOf } from '../page-types.ts'
import { CHECKLIST_PAGE } from './checklist.ts'
import type { PageKind } from './kind.ts'
import { OVERVIEW_PAGE } from './overview.ts'
import { PANEL_PAGE } from './panel.ts'
import { PROCESS_PAGE } from './process.ts'
import { STACKS_PAGE } from './stacks.ts'
import { VERDICT_PAGE } from './verdict.ts'

const PAGES: { readonly [K in Page['is']]: PageKind<PageOf<K>> } = {
  overview: OVERVIEW_PAGE,
  panel: PANEL_PAGE,
  process: PROCESS_PAGE,
  verdict: VERDICT_PAGE,
  checklist: CHECKLIST_PAGE,
  stacks: STACKS_PAGE,
}

/** That of the page one is at; its functions are to be given this very page. */
export const kindOf = ({ page }: Pick<AppState, 'page'>): PageKind => PAGES[page.is] as PageKind

/** By a name that a file says. */
export const kindNamed = (is: unknown): PageKind | undefined =>
  typeof is === 'string' && Object.hasOwn(PAGES, is) ? (PAGES[is as Page['is']] as PageKind) : undefined
