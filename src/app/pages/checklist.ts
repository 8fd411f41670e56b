// The page of checklists: it goes on by the stream's instants and by Enter.
import { moveChecklist } from '../checklist/page.ts'
import { currentStep } from '../checklist/wanted.ts'
import { reopenedChecklist } from '../checklist/reopened.ts'
import { enterChecklist, passChecklist, toggleChecklist } from '../checklist/progress.ts'
import type { PageOf } from '../page-types.ts'
import type { PageKind } from './kind.ts'

export const CHECKLIST_PAGE: PageKind<PageOf<'checklist'>> = {
  about: {
    title: 'Checklists',
    question: 'What would the first minute of an analysis find?',
    text: 'Two guided tours, chosen with Enter: what vmstat, iostat, sar and their like show, and what the tools of bcc do. Each step has its figures for some seconds, or until Enter, and is judged in one line: fine, look, or ? where it cannot be told. At the end one page has them all, and Enter leads to the panel of a step; w writes it to a file.',
  },
  enterLabel: ({ run }) => (run === undefined ? 'begin' : currentStep(run) ? 'go on' : 'open panel'),
  move: moveChecklist,
  enter: enterChecklist,
  back: toggleChecklist,
  pass: passChecklist,
  reopened: reopenedChecklist,
  snapshot: ({ run }) => (run ? { checklist: run } : {}),
}
