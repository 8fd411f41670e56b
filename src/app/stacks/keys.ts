// The keys of the page of stacks, part of the one table. Some mean other things elsewhere: here they come first.
import { isOn, never, type KeyEntry } from '../key-entry.ts'
import type { AppState } from '../state-types.ts'
import type { StacksPage } from '../page-types.ts'
import { MODE_NAMES, thresholdName } from './page.ts'

const isStacks = isOn('stacks')
/** What it is now; elsewhere what it is about. */
const onStacks =
  (about: string, tell: (page: StacksPage) => string) =>
  ({ page }: AppState): string =>
    page.is === 'stacks' ? tell(page) : about
/** What the kernel programs alone can be asked for. */
const needsOwn = ({ page }: AppState): string | undefined =>
  page.is === 'stacks' && page.source ? 'these are the rows of a panel, as they are' : undefined
const isOwn = (state: AppState): boolean => isStacks(state) && needsOwn(state) === undefined
const needsTree = ({ page }: AppState): string | undefined =>
  page.is === 'stacks' && page.mode === 'now'
    ? 'not while looking at threads as they are now: m changes the mode'
    : undefined
const needsOffCpu = (state: AppState): string | undefined =>
  needsOwn(state) ??
  (state.page.is === 'stacks' && state.page.mode !== 'offcpu'
    ? 'only for time off-CPU: m changes the mode'
    : state.replay
      ? 'a recording keeps what it was made with'
      : undefined)

export const STACK_KEYS: readonly KeyEntry[] = [
  {
    keys: ['enter'],
    action: { do: 'enter' },
    label: 'narrow',
    help: 'Narrow everything to the stacks that lead to the selected frame (or to the process, the thread): here they are the whole; Esc leads out.',
    where: 'stacks',
    shown: isStacks,
  },
  {
    keys: ['v'],
    action: { do: 'turn', what: 'view' },
    label: onStacks('view', (page) => page.view),
    help: 'Tree, icicle (root on top) or flame (root at the bottom).',
    where: 'stacks',
    shown: isStacks,
    disabled: needsTree,
  },
  {
    keys: ['/', 'f4', '\\'],
    action: { do: 'filterOpen' },
    label: 'search',
    help: 'Highlight the frames that a regular expression matches, while you type (without capitals: either case), and say which share of the stacks has one.',
    where: 'stacks',
    shown: isStacks,
  },
  {
    keys: ['m'],
    action: { do: 'turn', what: 'mode' },
    label: onStacks('mode', (page) => MODE_NAMES[page.mode]),
    help: 'Time off-CPU, samples on-CPU, or where each thread is blocked now.',
    where: 'stacks',
    shown: isOwn,
    disabled: needsOwn,
  },
  {
    keys: ['W'],
    action: { do: 'turn', what: 'wakers' },
    label: onStacks('wakers', (page) => `wakers ${page.wakers ? 'on' : 'off'}`),
    help: 'With who woke the thread, and from where; on and off.',
    where: 'stacks',
    shown: isOwn,
    disabled: (state) => needsOffCpu({ ...state, replay: false }),
  },
  {
    keys: ['S'],
    action: { do: 'turn', what: 'states' },
    label: onStacks('state', (page) => (page.states === 'all' ? 'all states' : `only ${page.states}`)),
    help: 'Only sleeping (S), uninterruptible (D), preempted (R), throttled (Q), stopped (T), traced (t) or frozen (F), or all.',
    where: 'stacks',
    shown: isOwn,
    disabled: (state) =>
      needsOwn(state) ??
      (state.page.is === 'stacks' && state.page.mode === 'oncpu' ? 'on a CPU there is one state only' : undefined),
  },
  {
    keys: ['escape', 'backspace'],
    action: { do: 'back' },
    label: 'back',
    help: 'Out of the stack, the search, the page.',
    where: 'stacks',
    shown: never,
  },
  {
    keys: ['E'],
    action: { do: 'export' },
    label: 'export',
    help: 'Write what is shown as folded stacks, for speedscope and for pprof.',
    where: 'stacks',
    shown: isStacks,
    disabled: needsTree,
  },
  {
    keys: ['i'],
    action: { do: 'turn', what: 'inverted' },
    label: onStacks('invert', (page) => (page.inverted ? 'leaf first' : 'invert')),
    help: 'Root first or leaf first.',
    where: 'stacks',
    shown: isStacks,
    disabled: needsTree,
  },
  {
    keys: ['H'],
    action: { do: 'turn', what: 'plumbing' },
    label: onStacks('plumbing', (page) => (page.plumbing ? 'all frames' : 'without plumbing')),
    help: "The kernel's plumbing: its ways in and out, and the scheduler (entry_SYSCALL_64, schedule); left out or drawn, too. What is searched for always is.",
    where: 'stacks',
    shown: isStacks,
    disabled: needsTree,
  },
  {
    keys: ['a'],
    action: { do: 'turn', what: 'span' },
    label: onStacks('span', (page) => (page.span === 'window' ? 'all kept' : 'last interval')),
    help: 'All since the page was opened (in a recording: all that is kept), or the last interval only.',
    where: 'stacks',
    shown: isStacks,
    disabled: needsTree,
  },
  {
    keys: ['b'],
    action: { do: 'turn', what: 'by' },
    label: onStacks('group', (page) => `by ${page.by}`),
    help: 'Grouped by process, by thread name, or by state.',
    where: 'stacks',
    shown: isOwn,
    disabled: (state) => needsOwn(state) ?? needsTree(state),
  },
  {
    keys: ['>'],
    action: { do: 'threshold', step: 1 },
    label: onStacks('longer waits', (page) => `${thresholdName(page.thresholdNs)}+`),
    help: 'Only longer waits: from ten times as long on.',
    where: 'stacks',
    shown: isOwn,
    disabled: needsOffCpu,
  },
  {
    keys: ['<'],
    action: { do: 'threshold', step: -1 },
    label: 'shorter waits',
    help: 'Shorter waits as well: from a tenth as long on, down to every one.',
    where: 'stacks',
    shown: never,
    disabled: needsOffCpu,
  },
  {
    keys: ['d'],
    action: { do: 'choose' },
    label: 'narrow to',
    help: 'Choose what to narrow to: this very stack, the function wherever it is, the process, all of its name.',
    where: 'stacks',
    shown: isStacks,
  },
  {
    keys: ['n'],
    action: { do: 'nextMatch', step: 1 },
    label: 'next match',
    help: 'The next frame that is found.',
    where: 'stacks',
    shown: ({ page, filter }) => page.is === 'stacks' && filter.text !== '',
  },
  {
    keys: ['N'],
    action: { do: 'nextMatch', step: -1 },
    label: 'match before',
    help: 'The frame found before.',
    where: 'stacks',
    shown: never,
  },
  {
    keys: ['right'],
    action: { do: 'sideways', step: 1 },
    label: 'right',
    help: 'Tree: unfold, a run of frames (…) frame by frame, too; then into it. Icicle and flame: the frame to the right.',
    where: 'stacks',
    shown: never,
  },
  {
    keys: ['left'],
    action: { do: 'sideways', step: -1 },
    label: 'left',
    help: 'Tree: fold, then to the frame above. Icicle and flame: the frame to the left.',
    where: 'stacks',
    shown: never,
  },
  {
    keys: ['+', '='],
    action: { do: 'fold', open: true },
    label: 'unfold',
    help: 'Unfold as far as there is one way only, a run of frames (…) frame by frame.',
    where: 'stacks',
    shown: never,
    disabled: needsTree,
  },
  {
    keys: ['-'],
    action: { do: 'fold', open: false },
    label: 'fold',
    help: 'Fold; first the run of frames that this one is part of.',
    where: 'stacks',
    shown: never,
    disabled: needsTree,
  },
]
