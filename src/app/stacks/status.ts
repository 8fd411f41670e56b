// How the probe of stacks is, and what to say instead of a view when there is nothing to draw one from.
import { SELECTION_WORDS } from '../../model/selection.ts'
import type { View } from '../../model/view.ts'
import type { Target } from '../../stream/target.ts'
import { sanitize } from '../../stream/harmless.ts'
import { formatAge, formatWait } from '../format.ts'
import { lossIn, lossRole, type Loss } from '../loss.ts'
import { isOverdue, shownMs } from '../late.ts'
import { isUnread, liveWord, statusNow, statusRole, statusText, waitWords } from '../probes/status.ts'
import { selectionsOf } from '../state.ts'
import type { AppState } from '../state-types.ts'
import { wrap } from '../width.ts'
import type { StackFacts } from './stack-facts.ts'
import { MODE_NAMES } from './page.ts'
import { originalOf } from './source.ts'
import type { Line, Piece } from '../lines.ts'

interface StacksStatus {
  text: Piece
  /** Set when there is nothing to draw. */
  why?: string
  hint?: string
}

export const stacksStatus = (state: AppState, view: View, facts: StackFacts, nowMs: number): StacksStatus => {
  const { page, samples, dropped, ofOthers, source } = facts
  const status = statusNow(state, view, source?.panel.probe ?? 'stacks', nowMs)
  if (status.is === 'failed' || status.is === 'unsupported') {
    const again =
      'retryMs' in status && status.retryMs !== undefined ? `Trying again in ${formatWait(status.retryMs)}. ` : ''
    return { text: [status.is, statusRole(status)], why: status.why, hint: again + status.hint }
  }
  if (page.source && !source)
    return { text: ['', 'dim'], why: 'This panel has no such stacks any more.', hint: 'Esc leads back to it.' }
  const untold = source ? undefined : selectionsOf(state).find(({ is }) => is === 'cpu' || is === 'disk')
  if (untold)
    return {
      text: ['', 'dim'],
      why: `Stacks cannot be split by ${SELECTION_WORDS[untold.is]}.`,
      hint: 'Esc leads out of the selection.',
    }
  const last = samples.at(-1)
  // What was collected before stays to be looked at
  if (status.is === 'shed')
    return {
      text: [`too costly for ${formatWait(status.retryMs)}`, 'warn'],
      ...(last ? {} : { why: status.why, hint: status.hint }),
    }
  if (!last && dropped > 0)
    return {
      text: ['no longer kept', 'dim'],
      why: 'The stacks of this time are no longer kept.',
      hint: 'A recording keeps all of them: --record.',
    }
  if (ofOthers && (state.replay || state.instantMs !== undefined)) {
    return {
      text: ['not collected', 'dim'],
      why: `Only stacks of ${targetName(ofOthers)} were collected then.`,
      hint: 'They are shown when narrowed to it: Esc, then Enter or s on its row.',
    }
  }
  if (!last && source)
    return {
      text: ['starting', 'warn'],
      why: `${source.label} has given no stacks up to this instant.`,
      hint: 'They appear once it has counted some.',
    }
  if (!last && (state.replay || state.instantMs !== undefined)) {
    return {
      text: ['not collected', 'dim'],
      why: `No stacks ${page.mode === 'now' ? 'of threads blocked now' : MODE_NAMES[page.mode]} were collected up to this instant.`,
      hint: 'They are collected while this page is open live in that mode; m changes the mode, a takes in all intervals kept.',
    }
  }
  if (!last && status.is === 'starting' && status.again) {
    const [why, hint] = waitWords(status)
    return { text: ['starting', 'warn'], why: why!, hint: hint! }
  }
  if (!last)
    return {
      text: ['starting', 'warn'],
      why: 'Stacks come with the next interval: they are collected only while this page is open.',
    }
  if (isUnread(state, view, source?.panel.probe ?? 'stacks', last, nowMs)) return { text: ['starting', 'warn'] }
  if (isOverdue(state, last, shownMs(state, view, nowMs)))
    return { text: [`stale ${formatAge(shownMs(state, view, nowMs) - last.atMs)}`, 'stale'] }
  const loss = lossOfFacts({ ...facts, samples: [last] })
  return { text: loss ? [statusText({ is: 'lossy', loss }, state), lossRole(loss)] : [liveWord(state), 'good'] }
}

/** Of all that is shown. */
export const lossOfFacts = ({ samples, source }: Pick<StackFacts, 'samples' | 'source'>): Loss | undefined =>
  source ? lossIn(source.panel.probe, samples.map(originalOf), source.panel.spec) : lossIn('stacks', samples)

const targetName = (target: Target): string =>
  target.is === 'process'
    ? `process ${target.pid}`
    : target.is === 'thread'
      ? `thread ${target.tid}`
      : target.is === 'pids'
        ? `the processes ${target.pids.join(',')}`
        : target.is === 'comm'
          ? `the processes ${target.comm}`
          : `the control group ${target.path}`

export const statusLines = ({ why, hint, text }: StacksStatus, state: AppState, width: number): Line[] =>
  why === undefined
    ? []
    : [
        [],
        ...wrap(sanitize(why), width).map((line): Line => [[line, text[1] ?? 'text']]),
        ...(hint === undefined
          ? []
          : wrap(sanitize(hint), width).map((line): Line => [[line, state.replay ? 'dim' : 'text']])),
      ]
