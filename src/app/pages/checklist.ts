// The page of checklists: it goes on by the stream's instants and by Enter.
import { moveChecklist } from '../checklist/page.ts'
import { reopenedChecklist } from '../checklist/reopened.ts'
import { enterChecklist, passChecklist, toggleChecklist } from '../checklist/progress.ts'
import type { PageKind, PageOf } from './kind.ts'

export const CHECKLIST_PAGE: PageKind<PageOf<'checklist'>> = {
  enterLabel: 'go on',
  move: moveChecklist,
  enter: enterChecklist,
  back: toggleChecklist,
  pass: passChecklist,
  reopened: reopenedChecklist,
  snapshot: ({ run }) => (run ? { checklist: run } : {}),
}
