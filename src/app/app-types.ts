// The types between the pure centre (model, panels, app) and the outside (screen, cli). Nothing here knows blessed.
import type { Playback, Seek } from '../stream/playback.ts'
import type { Command } from '../stream/stream-types.ts'
import type { Action } from './actions.ts'
import type { Settings } from './kept.ts'
import { ROLES, type Role } from '../panels/panel-types.ts'

/** A screenful: cells[y * width + x], as of `cellOf`. */
export interface Grid {
  width: number
  height: number
  cells: Int32Array
}

/** Shades of heat in half a cell: none (0), from little to much, and behind these where p50 and p99 are. */
export const HEAT_STEPS = 16
export const HEAT_P50 = HEAT_STEPS + 1
export const HEAT_P99 = HEAT_STEPS + 2
export const HEAT_SHADES = HEAT_STEPS + 3

/** What a cell means whose upper and lower half have a shade each, drawn as upper half block, or as lower one where the
 * upper half has none. */
export const heatCell = (upper: number, lower: number): number => ROLES.length + upper * HEAT_SHADES + lower

/** A place where the painter may put a drawn chart (blessed-contrib line) over the plain one already in the grid. */
export interface ChartSlot {
  x: number
  y: number
  /** Of the scale at its left and of one column a value, under the same columns of what is above. */
  width: number
  height: number
  labelWidth: number
  series: { label: string; role: Role; values: (number | undefined)[] }[]
  /** Newest right; labels for the x axis, as many as values. */
  xLabels: string[]
  unit: string
}

export interface Rect {
  x: number
  y: number
  width: number
  height: number
}

/** A place where a click means something. */
export interface Hit {
  x: number
  y: number
  width: number
  height: number
  action: Action
  /** Where the place within it matters: what a click does there, in its place. */
  at?(x: number, y: number): Action
  /** And what is done while the button is held and moved. */
  drag?(x: number): Action
}

export interface Frame {
  grid: Grid
  /** What was drawn later lies over what was drawn before. */
  hits?: readonly Hit[]
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
  /** Enough colours for two shades of heat in a cell. */
  shades?: boolean
  /** Own cost of the whole tree, when known. */
  cost?: { cpuPercent: number; memoryBytes: number }
  /** What local time is ahead of UTC at an instant of the wall clock; absent: nothing. */
  zoneMs?(wallMs: number): number
  /** How the recording is played. */
  playback?: Playback
  /** Permanent banner (REPLAY, why, the command that mends it). */
  banner?: string
}

/** What only the outside can do; update() returns these, the screen carries them out. */
export type Effect =
  | { effect: 'send'; command: Command }
  | { effect: 'snapshot' }
  /** The stacks that are shown, as files for other tools. */
  | { effect: 'export' }
  /** A script, into a new file of the user's. */
  | { effect: 'keepScript'; name: string; text: string }
  /** Into the user's configuration. */
  | { effect: 'keepSettings'; settings: Settings }
  | { effect: 'theme'; name: string }
  | { effect: 'mouse'; on: boolean }
  | { effect: 'suspend' }
  | { effect: 'redraw' }
  | { effect: 'quit' }
  /** Keep the full rows around these instants, and no longer those around others. */
  | { effect: 'hold'; instants: readonly number[] }
  /** Of a recording: stop where it is, go on after an instant, another speed, elsewhere. */
  | { effect: 'pause' }
  | { effect: 'play'; afterMs?: number }
  | { effect: 'speed'; times: number }
  | { effect: 'seek'; fromMs: number; by: Seek }

/** A pressed key: blessed's full name (`q`, `C-c`, `S-tab`, `pageup`, `f1`), and the character where there is one. */
export interface Key {
  name: string
  ch?: string
}
