// How the page of stacks says how it is, and why there is nothing to draw: by the state of its probe, of whom it was
// collected, and what is selected.
import test from 'ava'
import { stackFacts } from '../../../src/app/stacks/stack-facts.ts'
import { stacksStatus, statusLines } from '../../../src/app/stacks/status.ts'
import { initialState, viewIn } from '../../../src/app/state.ts'
import type { AppState } from '../../../src/app/state-types.ts'
import { newPage } from '../../../src/app/stacks/page.ts'
import { createStore } from '../../../src/model/store.ts'
import type { Selection } from '../../../src/model/selection.ts'
import type { StacksData } from '../../../src/stream/stack-types.ts'
import type { Message, ProbeStatus } from '../../../src/stream/stream-types.ts'
import type { Target } from '../../../src/stream/target.ts'
import { fakeStackStream } from '../../helpers/stacks.ts'
import { endMs } from '../../helpers/stream.ts'

const TICKS = 10
const END = endMs({ ticks: TICKS })

interface Case {
  status?: ProbeStatus
  state?: Partial<AppState>
  only?: Selection[]
  of?: Target
  lost?: number
  /** None at all. */
  none?: true
  /** Since the last interval ended. */
  afterMs?: number
}

const said = ({ status, state = {}, only, of, lost = 0, none, afterMs = 300 }: Case): string => {
  const store = createStore()
  for (const message of fakeStackStream({ ticks: TICKS })) {
    if (message.type !== 'sample' || message.probe !== 'stacks') store.add(message)
    else if (!none) {
      const data: StacksData = { ...(message.data as StacksData), ...(of ? { of } : {}) }
      store.add({ ...message, data, lost } as Message)
    }
  }
  if (status) store.add({ type: 'status', atMs: END, probe: 'stacks', status })
  const page = newPage({ page: { is: 'overview' }, filter: { text: '', editing: false }, crumbs: [] }, false, undefined)
  const shown: AppState = { ...initialState({ specs: store.specs(), ...(only ? { only } : {}) }), page, ...state }
  const view = viewIn(shown, store)
  const { text, why = '', hint = '' } = stacksStatus(shown, view, stackFacts(shown, view)!, END + afterMs)
  return [text.join(' '), why, hint].filter((part) => part !== '').join(' | ')
}

const why = 'no such hook'
const hint = 'Run as root'
const live: ProbeStatus = { is: 'live' }
const OTHERS = 'They are shown when narrowed to it: Esc, then Enter or s on its row.'
const SOON = 'Stacks come with the next interval: they are collected only while this page is open.'

const CASES: [Case, string][] = [
  [{}, 'live good'],
  // of 297 waits, of 11 of others, and of these 40
  [{ lost: 40 }, 'lost 11.5% bad'],
  [{ afterMs: 9000 }, 'stale 9.0s stale'],
  [{ status: { is: 'failed', why, hint } }, `failed bad | ${why} | ${hint}`],
  [{ status: { is: 'failed', why, hint, retryMs: 30_000 } }, `failed bad | ${why} | Trying again in 30s. ${hint}`],
  [{ status: { is: 'unsupported', why, hint } }, `unsupported warn | ${why} | ${hint}`],
  [{ status: { is: 'shed', why, hint, retryMs: 60_000 } }, 'too costly for 1m00 warn'],
  [{ status: { is: 'shed', why, hint, retryMs: 60_000 }, none: true }, `too costly for 1m00 warn | ${why} | ${hint}`],
  [{ none: true, status: live }, `starting warn | ${SOON}`],
  [
    { none: true, status: { is: 'starting', again: { why, attempt: 2, of: 6 } } },
    `starting warn | ${why} | trying again now: attempt 2 of 6`,
  ],
  [
    { none: true, state: { replay: true } },
    'not collected dim | No stacks off-CPU were collected up to this instant. | They are collected while this page is open live in that mode; m changes the mode, a takes in all intervals kept.',
  ],
  [{ only: [{ is: 'cpu', cpu: 1 }] }, ' dim | Stacks cannot be split by CPU. | Esc leads out of the selection.'],
  [
    { only: [{ is: 'disk', dev: '8:0', name: 'sda' }] },
    ' dim | Stacks cannot be split by disk. | Esc leads out of the selection.',
  ],
  [{ of: { is: 'process', pid: 7 }, state: { replay: true } }, `process 7`],
  [{ of: { is: 'thread', pid: 7, tid: 9 }, state: { replay: true } }, `thread 9`],
  [{ of: { is: 'pids', pids: [7, 8] }, state: { instantMs: END } }, `the processes 7,8`],
  [{ of: { is: 'comm', comm: 'sh' }, state: { replay: true } }, `the processes sh`],
  [{ of: { is: 'cgroup', path: '/a' }, state: { replay: true } }, `the control group /a`],
  [{ of: { is: 'process', pid: 7 } }, `starting warn | ${SOON}`],
]

test('in words, with the reason and what mends it', (t) => {
  for (const [of, text] of CASES)
    t.is(
      said(of),
      of.of && (of.state?.replay || of.state?.instantMs)
        ? `not collected dim | Only stacks of ${text} were collected then. | ${OTHERS}`
        : text,
      JSON.stringify(of),
    )
})

test('reasons are wrapped, a recording needs no mending', (t) => {
  const status = { text: ['failed', 'bad'] as const, why: 'one two', hint: 'three four' }
  t.deepEqual(statusLines(status as never, initialState(), 5), [
    [],
    [['one', 'bad']],
    [['two', 'bad']],
    [['three', 'text']],
    [['four', 'text']],
  ])
  t.deepEqual(statusLines(status as never, initialState({ replay: true }), 20).at(-1), [['three four', 'dim']])
  t.deepEqual(statusLines({ text: ['live', 'good'] }, initialState(), 20), [])
})
