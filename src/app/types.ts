// The types between the pure centre (model, panels, app) and the outside (screen, cli). Nothing here knows blessed.
import type { Command, ProbeId } from '../stream/types.ts'

/** What a cell means; a theme gives each role its colours. Themes are checked against this list. */
export const ROLES = [
  'text', 'dim', 'title', 'border', 'borderFocus', 'header', 'selection', 'selectionDim',
  'good', 'warn', 'bad', 'stale', 'badge', 'key', 'label',
  'heat1', 'heat2', 'heat3', 'heat4', 'heat5', 'heat6', 'heat7', 'heat8',
  'series1', 'series2', 'series3', 'series4',
] as const
export type Role = (typeof ROLES)[number]

/** A screenful: chars[y * width + x] is one character of one column, '' for the right half of a wide one;
 * roles holds indices into ROLES. */
export interface Grid {
  width: number
  height: number
  chars: string[]
  roles: Uint8Array
}

/** A place where the painter may put a drawn chart (blessed-contrib line) over the plain one already in the grid. */
export interface ChartSlot {
  x: number
  y: number
  width: number
  height: number
  series: { label: string; role: Role; values: (number | undefined)[] }[]
  /** Newest right; labels for the x axis, as many as values. */
  xLabels: string[]
  unit: string
}

export interface Frame {
  grid: Grid
  charts: ChartSlot[]
  /** Where the text cursor is while typing; otherwise hidden. */
  cursor?: { x: number; y: number }
}

/** What the frame needs to know beyond state and store. Given, never asked for, so that frames are reproducible. */
export interface FrameContext {
  width: number
  height: number
  nowMs: number
  /** False: ASCII only. */
  unicode: boolean
  /** False: density glyphs instead of colours. */
  colour: boolean
  /** Own cost of the whole tree, when known. */
  cost?: { cpuPercent: number; memoryBytes: number }
  /** Permanent banner (REPLAY, why, the command that mends it). */
  banner?: string
}

/** What only the outside can do; update() returns these, the screen carries them out. */
export type Effect =
  | { effect: 'send'; command: Command }
  | { effect: 'snapshot' }
  | { effect: 'theme'; name: string }
  | { effect: 'suspend' }
  | { effect: 'redraw' }
  | { effect: 'quit' }

export type PanelId = ProbeId
