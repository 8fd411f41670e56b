// What a snapshot holds: the shown instant with everything behind it, not only the visible rows, and the screen as text.
// Pure data, ready for JSON; writing the file is somebody else's.
import { eventsOf } from '../../panels/execsnoop.ts'
import type { Store } from '../../model/store.ts'
import { wallMs } from '../../model/wall.ts'
import { processFacts } from '../../panels/process-samples.ts'
import { SCHEMA, type Sample } from '../../stream/stream-types.ts'
import type { ProbeId } from '../../stream/probe-ids.ts'
import { frame } from './frame.ts'
import { mergedOf, type Merged } from '../merged.ts'
import { tableOf } from '../table/rows.ts'
import { stackFacts } from '../stacks/stack-facts.ts'
import { stacksWindow } from '../stacks/window.ts'
import { kindOf } from '../pages/registry.ts'
import { panelsIn, panelState, selectedProcess, selectionsOf, viewIn } from '../state.ts'
import type { AppState } from '../state-types.ts'
import { shownMs } from '../late.ts'
import { panelStatus } from '../probes/status.ts'
import { frameText } from '../text.ts'
import type { FrameContext } from '../app-types.ts'

const MOST_LOGS = 100
const EVENT_SAMPLES = 120

export const snapshotData = (state: AppState, store: Store, context: FrameContext) => {
  const process = selectedProcess(state)
  const view = viewIn(state, store)
  const { whole } = view
  const atMs = shownMs(state, view, context.nowMs)
  const stacks = stackFacts(state, view)
  const window = stacks && stacksWindow(stacks)
  const shownSamples = Object.fromEntries(store.probes().map((probe) => [probe, whole.latest(probe)])) as Partial<
    Record<ProbeId, Sample>
  >
  return {
    schema: SCHEMA,
    kind: 'probetop snapshot',
    takenMs: context.nowMs,
    taken: iso(wallMs(store, context.nowMs)),
    shownMs: Object.values(shownSamples).reduce((newest, sample) => Math.max(newest, sample?.atMs ?? 0), 0) || atMs,
    shown: state.instantMs === undefined ? (state.replay ? 'replay' : 'live') : 'frozen',
    hello: store.hello() ?? null,
    host: view.host() ?? null,
    /** What the probes that described themselves said. */
    specs: store.specs(),
    statuses: store.statuses(state.instantMs),
    view: {
      page: state.page,
      focus: state.focus,
      filter: state.filter.text,
      selections: selectionsOf(state),
      intervalMs: state.intervalMs,
      panels: Object.fromEntries(
        panelsIn(state).map(({ id }) => [id, { ...panelState(state, id), sort: tableOf(state, view, id, true).sort }]),
      ),
    },
    panels: Object.fromEntries(
      panelsIn(state).map((panel) => {
        const sample = shownSamples[panel.probe]
        const latency = sample && mergedOf(sample, panel, panelState(state, panel.id).mode)
        return [
          panel.id,
          {
            title: panel.title,
            probe: panel.probe,
            status: panelStatus(state, whole, panel.id, context.nowMs),
            ...(latency ? { latency: percentiles(latency) } : {}),
          },
        ]
      }),
    ),
    /** Everything the probes gave for the instant; histograms as in the stream. */
    samples: shownSamples,
    /** The page of stacks: all its intervals as one, narrowed as shown; `samples` has the newest alone, of all. */
    ...(window
      ? { stacks: { ...window, from: iso(wallMs(store, window.fromMs)), to: iso(wallMs(store, window.toMs)) } }
      : {}),
    ...(process ? { process: processFacts(whole, process, 1) } : {}),
    /** What /proc said of the selected process. */
    ...(process ? { facts: view.process(process.pid) } : {}),
    /** The list of events the last panel shows; a sample holds those of one interval only. */
    events: whole.samples('execsnoop', EVENT_SAMPLES).flatMap(({ data }) => eventsOf(data)),
    ...kindOf(state).snapshot?.(state.page),
    gaps: store.gaps(),
    logs: view.logs(MOST_LOGS),
    screen: frameText(frame(state, store, context).grid).split('\n'),
  }
}

const percentiles = ({ count, sumNs, maxNs, p50Ns, p90Ns, p99Ns, p99ByTimeNs }: Merged) => ({
  count,
  sumNs,
  maxNs,
  p50Ns: p50Ns ?? null,
  p90Ns: p90Ns ?? null,
  p99Ns: p99Ns ?? null,
  p99ByTimeNs: p99ByTimeNs ?? null,
})

const iso = (ms: number): string => new Date(ms).toISOString()
