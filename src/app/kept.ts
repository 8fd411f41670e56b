// What of a state is kept in the configuration, and how a state begins with it.
import type { ClassRule } from '../model/waits/class-rules.ts'
import type { PanelId } from '../panels/panel-types.ts'
import type { Grouping } from './grouped.ts'
import type { AppState, KeyOverrides, PanelState, Tabs, TabState } from './state-types.ts'
import type { Thresholds } from './rule.ts'
import type { Naming } from './named.ts'

export interface Settings {
  theme?: string
  intervalMs?: number
  maxOverheadPercent?: number
  /** The most that scripts may take together; 0: any. No key changes it. */
  scriptMb?: number
  mouse?: boolean
  panels?: readonly PanelId[]
  grouping?: Grouping
  naming?: Naming
  tabs?: Tabs
  keys?: KeyOverrides
  thresholds?: Thresholds
  classRules?: readonly ClassRule[]
}

/** A theme that nobody chose may be another one on another terminal; a recording has its own interval. */
export const settingsOf = (state: AppState): Settings => {
  const tabs = Object.entries(state.byPanel).flatMap(([id, panel]): [string, Record<string, TabState>][] => {
    const own = panel ? tabsOf(panel) : {}
    return Object.keys(own).length > 0 ? [[id, own]] : []
  })
  return {
    ...(state.suits ? {} : { theme: state.theme }),
    ...(state.replay ? {} : { intervalMs: state.intervalMs, maxOverheadPercent: state.budget.limitPercent }),
    mouse: state.mouse,
    panels: state.panels,
    grouping: state.grouping ?? 'each',
    naming: state.naming ?? 'name',
    ...(tabs.length > 0 ? { tabs: Object.fromEntries(tabs) } : {}),
    ...(state.keys ? { keys: state.keys } : {}),
    ...(state.thresholds ? { thresholds: state.thresholds } : {}),
    ...(state.classRules ? { classRules: state.classRules } : {}),
  }
}

const tabsOf = ({ mode, sort, tabs = {} }: PanelState): Record<string, TabState> =>
  Object.fromEntries(
    [...new Set([...Object.keys(tabs), mode])].flatMap((id): [string, TabState][] => {
      const { columns, widths } = tabs[id] ?? {}
      const sorted = id === mode ? sort : tabs[id]?.sort
      const said = {
        ...(columns ? { columns } : {}),
        ...(widths ? { widths } : {}),
        ...(sorted ? { sort: sorted } : {}),
      }
      return Object.keys(said).length > 0 ? [[id, said]] : []
    }),
  )

/** A panel that begins with this mode. */
export const panelWith = (mode: string, tabs: Readonly<Record<string, TabState>> | undefined): PanelState => ({
  mode,
  ...(tabs?.[mode]?.sort ? { sort: tabs[mode].sort } : {}),
  ...(tabs ? { tabs } : {}),
})
