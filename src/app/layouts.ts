// Layouts of the overview: which panels it has, in sets that belong together, beside those one began with.
import { OVERVIEW } from '../panels/registry.ts'
import type { PanelId } from '../panels/panel-types.ts'
import { layoutOf, placePanels, type Placed } from './layout.ts'
import { panelIn, panelsIn } from './state.ts'
import type { AppState } from './state-types.ts'

interface Preset {
  name: string
  panels: readonly PanelId[]
}

const PRESETS: readonly Preset[] = [
  { name: 'the five', panels: OVERVIEW },
  { name: 'scheduler', panels: ['runq', 'offcpu'] },
  { name: 'disks', panels: ['block', 'files', 'disks'] },
  { name: 'network', panels: ['tcp', 'network'] },
  { name: 'memory and kernel', panels: ['memory', 'kernel', 'containers'] },
  { name: 'everything', panels: ['runq', 'offcpu', 'block', 'memory', 'tcp', 'network', 'syscalls', 'containers'] },
]

/** Enough for a heading, some rows and what a column is called. */
const LEAST = { width: 36, height: 6 }

/** Those whose panels there are, and that have room here; one's own first. */
export const layoutsIn = (state: AppState): Preset[] => {
  const own = state.begunWith ? [{ name: 'as begun', panels: state.begunWith }] : []
  const known = new Set(panelsIn(state).map(({ id }) => id))
  const able = PRESETS.map(({ name, panels }) => ({ name, panels: panels.filter((id) => known.has(id)) }))
  const others = able.filter(({ panels }) => panels.join(' ') !== state.begunWith?.join(' '))
  return [...own, ...others.filter((preset) => preset.panels.length > 1 && hasRoom(state, preset))]
}

const hasRoom = (state: AppState, { panels }: Preset): boolean => {
  const { body } = layoutOf(state.width, state.height, state.replay)
  const placed: Placed[] = placePanels(panels, body, (id) => panelIn(state, id))
  return placed.every(({ rect }) => rect.width >= LEAST.width && rect.height >= LEAST.height)
}

const isAt = ({ panels }: AppState, preset: Preset): boolean => panels.join(' ') === preset.panels.join(' ')

export const nextLayout = (state: AppState): AppState => {
  const layouts = layoutsIn(state)
  const at = layouts.findIndex((each) => isAt(state, each))
  return toLayout(state, layouts[(at + 1) % layouts.length]!)
}

export const layoutNamed = (state: AppState, name: string): AppState => {
  const found = layoutsIn(state).find((each) => each.name === name)
  return found ? toLayout(state, found) : state
}

const toLayout = (state: AppState, { name, panels }: Preset): AppState => ({
  ...state,
  panels,
  focus: panels.includes(state.focus) ? state.focus : panels[0]!,
  page: { is: 'overview' },
  notice: { text: `layout ${name}: ${panels.map((id) => panelIn(state, id).title).join(', ')}`, role: 'good' },
})

/** Of the palette. */
export const layoutItems = (state: AppState): { name: string; panels: string; isHere: boolean }[] =>
  layoutsIn(state).map((preset) => ({
    name: preset.name,
    panels: preset.panels.map((id) => panelIn(state, id).title).join(', '),
    isHere: isAt(state, preset),
  }))
