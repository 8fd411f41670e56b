// What a panel is: a constant that says which probe it needs and turns samples into plain data with kinds and roles.
// A panel holds no state, no widgets and no formatted text; app/ draws what it says, batch output prints it.
import type { Area } from '../stream/areas.ts'
import type { Selection } from '../model/selection.ts'
import type { Dimension } from '../stream/fields.ts'
import type { ProbeSpec, Thresholds } from '../stream/spec.ts'
import type { ClassRule } from '../model/waits/class-rules.ts'
import type { ClassTimes } from '../model/waits/time-split.ts'
import type { Histogram, TablesData } from '../stream/tables.ts'
import type { SchedData } from '../stream/sched-types.ts'
import type { Hist, Sample } from '../stream/stream-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'

/** Panels with code of their own. */
export const PANEL_IDS = ['runq', 'offcpu', 'block', 'tcp', 'syscalls', 'exec', 'threads', 'time'] as const
export type OwnPanelId = (typeof PANEL_IDS)[number]
/** Of those, or of one that a probe describes. */
export type PanelId = string

/** What a cell means; a theme gives each role its colours. Themes are checked against this list. */
export const ROLES = [
  'text',
  'dim',
  'title',
  'border',
  'borderFocus',
  'header',
  'selection',
  'selectionDim',
  'good',
  'warn',
  'bad',
  'stale',
  'badge',
  'key',
  'label',
  'heat1',
  'heat2',
  'heat3',
  'heat4',
  'heat5',
  'heat6',
  'heat7',
  'heat8',
  'series1',
  'series2',
  'series3',
  'series4',
  'offUser',
  'offKernel',
  'offOther',
  'onUser',
  'onKernel',
  'onOther',
  'stackGroup',
  'stackSelected',
  'match',
] as const
export type Role = (typeof ROLES)[number]

/** How a value is written. `duration` is ns; time spent per time passed is `percent`, the same in every column; `states`
 * is a letter of a class of time an interval, newest last; `shares` a letter for each hundredth, in the order of classes. */
export type Kind =
  | 'text'
  | 'states'
  | 'shares'
  | 'id'
  | 'count'
  | 'rate'
  | 'bytes'
  | 'byteRate'
  | 'duration'
  | 'percent'
  | 'age'

export type Cell = string | number | undefined

export interface Column {
  id: string
  title: string
  kind: Kind
  /** One line for the help page. */
  help: string
  /** When the width does not suffice, columns with higher numbers go first. */
  priority: number
  /** Text columns: least width, and whether the rest of the line goes to it. */
  width?: number
  grow?: boolean
  /** As wide as this before a column of priority 3 or more has a place. */
  wide?: number
  /** Cut in the middle: both ends tell. */
  middle?: boolean
  /** Only where there is room to look closely: full-screen, and batch output. */
  detail?: boolean
  /** From where on a cell draws the attention. */
  thresholds?: Thresholds
  /** The rule of the verdict whose thresholds are its own. */
  rule?: string
  /** A share of all there is: drawn as a bar, too, where there is room. */
  bar?: boolean
  /** No estimate in the cheaper tier either. */
  exact?: true
  /** A difference: written with its sign. */
  signed?: true
}

export interface Row {
  /** What the row is about, the same from one interval to the next; the selection sticks to it. */
  key: string
  pid?: number
  /** Of the process, where that is known: see SchedProc. */
  startedMs?: number
  /** When it was, in a list of what happened: the end of its interval. */
  atMs?: number
  /** Name of the process, where no column `command` has it. */
  comm?: string
  /** Parallel to the panel's columns. */
  cells: Cell[]
  /** What it stands for, where that is no process and not the panel's to say: several added up. */
  about?: Selection
  /** It only waits to be asked for something: left out unless wanted. */
  idle?: true | undefined
  /** Draws the row in this role. */
  role?: Role
}

export interface Sort {
  column: string
  descending: boolean
}

/** A figure of the title lines. */
export interface Stat {
  label: string
  kind: Kind
  value: number | undefined
  /** Draws the attention when not zero. */
  role?: Role
  /** No estimate in the cheaper tier either. */
  exact?: true
}

export interface Mode {
  id: string
  label: string
  /** What its rows are, where the panel's title does not say it. */
  rows?: string
  /** An option of its probe, asked for only while it is looked at. */
  wants?: string
  /** The kernel tells its rows of the target, though they do not say whose they are. */
  ofTarget?: true
}

/** What rows are made from beside their own probe's samples. */
export interface Beside {
  /** Of the other probe, oldest first: more than the own ones, as their past counts. */
  samples: readonly { atMs: number; data: Pick<TablesData, 'tables'> }[]
  /** One's own, of classes of time. */
  rules: readonly ClassRule[]
}

export const ALONE: Beside = { samples: [], rules: [] }

/** `S`: its probe's samples. */
export interface Panel<P extends ProbeId = ProbeId, S extends { data: any } = Sample<P>> {
  id: PanelId
  /** '' where it is reached by the list of panels only. */
  key: string
  title: string
  /** What it answers, one line. */
  question: string
  /** Where it is listed. */
  area: Area
  /** How its numbers come about, for the help page. */
  method: string
  probe: P
  /** Of a probe that describes itself. */
  spec?: ProbeSpec
  /** Of its probe's tables the one that its rows are of. */
  table?(mode: string): string
  /** Fields of that table without which its rows say nothing here. */
  about?(mode: string): readonly string[]
  /** Cycled by one key; the first is the default. */
  modes: readonly Mode[]
  /** Two of them that tell as much: where there is room, the one that is not shown stands beside; the first rather. */
  bothTabs?: readonly [string, string]
  /** It is about what is selected: opened from a row, that is entered. */
  ofSelection?: true
  /** Who has to do with one of these: that is entered here where the panel it is selected in lists no processes. */
  whoOf?: readonly Dimension[]
  /** Other panels offer it in the last line. */
  isOffered?: true
  /** Some of its rows are `idle`. */
  hasIdle?: true
  /** Powers of two (ns) the heat map spans, for panels about latency. */
  heatBits?: readonly [from: number, to: number]
  /** The histograms which together are this panel's latency; undefined where it has none (now). */
  hists(data: S['data'], mode: string): readonly Hist[] | undefined
  /** A histogram in ranges of its own, where the mode has one: of values of any unit. */
  ranges?(data: S['data'], mode: string): Histogram | undefined
  /** It counts microseconds, not events: the name of the share of time that they are. */
  timeAs?(mode: string): string | undefined
  /** Whether it can have one. */
  hasRanges?(mode: string): boolean
  columns(mode: string, detail: boolean): readonly Column[]
  /** Whether a sample has what the detail columns show; all have unless said. */
  hasDetail?(data: S['data']): boolean
  defaultSort(mode: string): Sort
  /** Rows of the last sample; earlier ones are given oldest first for panels that list events. */
  rows(samples: readonly S[], mode: string, detail: boolean, beside?: Beside): Row[]
  /** Another probe whose samples of the same time its rows need. */
  beside?: ProbeId
  /** A sample's time by class, drawn over time in place of a trend. */
  times?(sample: S, mode: string, beside: Beside): Readonly<ClassTimes> | undefined
  /** What a row is about besides its process, for narrowing all panels to it. */
  selects?(data: S['data'], row: Row, mode: string): Selection[]
  /** What it means that there are no rows, where that is not that nothing happened. `isThen`: the instant shown is past;
   * `hasTarget`: the kernel programs are told of whom. */
  emptyText?(sample: S, mode: string, asked: { isThen: boolean; hasTarget: boolean }): string | undefined
  /** Beside the percentiles, which every latency panel has. */
  stats(sample: S, mode: string): Stat[]
  /** One number a sample for the chart of panels without histograms. */
  trend?: { label: string; kind: Kind; value(sample: S): number }
  /** What the reader should know, for instance that something was not kept. */
  notes(sample: S, mode: string): string[]
  /** That what it would show waits somewhere before, as the scheduler's probe found in the interval shown. */
  heldNotes?(data: SchedData): readonly string[]
  /** Samples `rows` wants; 1 unless said. */
  depth?: number
}

/** A panel's functions take its own probe's samples only; who holds a panel of any kind reads them by `panel.probe`. */
export type AnyPanel = Omit<Panel<ProbeId, any>, 'probe'> & { probe: ProbeId }
