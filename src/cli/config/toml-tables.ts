// Settings as the file has them: what of the screen is written there, and what it is called.
import type { Settings } from '../../app/kept.ts'
import type { TabState } from '../../app/state-types.ts'
import type { Known } from './settings.ts'

type Value = string | number | boolean | readonly string[]

/** Of a panel: its first tab's, or a table by tab. */
export type TabValue = Value | Record<string, Value>

/** The settings that keys of the screen change; those of keys and thresholds are changed in the file alone. */
export const WRITTEN = ['theme', 'interval', 'max-overhead', 'mouse', 'panels', 'grouping', 'naming'] as const
export const WRITTEN_TABLES = ['sort', 'columns', 'widths'] as const

/** undefined: not said. */
export const valuesOf = (
  settings: Settings,
  { panels }: Known,
): Record<(typeof WRITTEN)[number], Value | undefined> => {
  const known = settings.panels?.filter((panel) => panels.some(({ id }) => id === panel))
  return {
    theme: settings.theme,
    interval: settings.intervalMs === undefined ? undefined : settings.intervalMs / 1000,
    'max-overhead': settings.maxOverheadPercent,
    mouse: settings.mouse,
    panels: known && known.length > 0 ? known : undefined,
    grouping: settings.grouping,
    naming: settings.naming,
  }
}

export const tabValuesOf = (
  { tabs = {} }: Settings,
  name: (typeof WRITTEN_TABLES)[number],
  { panels }: Known,
): Record<string, TabValue> =>
  Object.fromEntries(
    panels.flatMap(({ id, modes }): [string, TabValue][] => {
      const said = modes.flatMap(({ id: mode }): [string, Value][] => {
        const value = valueOf(tabs[id]?.[mode], name)
        return value === undefined ? [] : [[mode, value]]
      })
      if (said.length === 0) return []
      return [[id, said.length === 1 && said[0]![0] === modes[0]!.id ? said[0]![1] : Object.fromEntries(said)]]
    }),
  )

const valueOf = (tab: TabState | undefined, name: (typeof WRITTEN_TABLES)[number]): Value | undefined =>
  name === 'columns'
    ? tab?.columns
    : name === 'widths'
      ? tab?.widths && Object.entries(tab.widths).map(([column, width]) => `${column} ${width}`)
      : tab?.sort && `${tab.sort.column}${tab.sort.descending ? ' down' : ' up'}`
