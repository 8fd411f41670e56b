// What each kind of page needs of the engine, beside what the overview does; known by the state alone, so that whoever
// says how a probe is can ask.
import { OVERVIEW, panelById } from '../../panels/registry.ts'
import type { PanelId } from '../../panels/panel-types.ts'
import { WAITS, type ProbeId } from '../../stream/probe-ids.ts'
import { checklistProbes } from '../checklist/wanted.ts'
import { RULES } from '../verdict/rules.ts'
import type { AppState } from '../state-types.ts'
import type { Page, PageOf } from '../page-types.ts'
import { knowsWaits } from '../waits.ts'

interface Needs {
  /** Panels whose numbers are shown. */
  panels: readonly PanelId[]
  /** Probes beside those of panels. */
  probes: readonly ProbeId[]
  /** Of all probes that have them. */
  options?: readonly string[]
}

type NeedsOf<P extends Page> = (state: AppState, page: P) => Needs

const NEEDS: { readonly [K in Page['is']]: NeedsOf<PageOf<K>> } = {
  overview: ({ panels }) => ({ panels, probes: [] }),
  panel: ({ panels }, { panel }) => ({ panels: [...panels, panel], probes: [] }),
  process: (state) => ({ panels: [...state.panels, ...OVERVIEW], probes: knowsWaits(state) ? [WAITS] : [] }),
  // all that its rules ask are looked at, where they can be
  verdict: ({ panels, specs }) => ({
    panels,
    probes: RULED.filter((probe) => specs.some(({ id }) => id === probe)),
    // of the worst CPU something is said
    options: ['cpus'],
  }),
  checklist: ({ panels }, { run }) => ({ panels, probes: checklistProbes(run) }),
  stacks: ({ panels }) => ({ panels, probes: [] }),
}

export const needsOf = (state: AppState): Needs => (NEEDS[state.page.is] as NeedsOf<Page>)(state, state.page)

const SHOWN = OVERVIEW.map((id) => panelById(id).probe)
/** Probes that rules of the verdict ask and that are not on the overview. */
const RULED = [...new Set(RULES.flatMap(({ probe = [] }) => probe))].filter((probe) => !SHOWN.includes(probe))
