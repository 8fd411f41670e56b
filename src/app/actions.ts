// Everything that can happen to the screen. Keys, resizes and results of effects only ever produce these.
import type { Bucket } from './state-types.ts'
import type { Seek } from '../stream/playback.ts'
import type { PanelId, Role } from '../panels/panel-types.ts'

export type Action =
  | { do: 'quit' }
  | { do: 'help' }
  | { do: 'open'; panel: PanelId }
  | { do: 'focusNext'; step: 1 | -1 }
  /** Of the panel with this key, whichever that is. */
  | { do: 'openKey'; key: string }
  /** The list of all panels, and away from it. */
  | { do: 'panels' }
  /** Other panels on the overview: the next layout, or one by name. */
  | { do: 'layout' }
  | { do: 'layoutIs'; name: string }
  /** The columns of the panel, and away from them; and what is done with the one that is chosen there. */
  | { do: 'columns' }
  | { do: 'column'; what: ColumnChange }
  /** What stands out, and away from it. */
  | { do: 'verdict' }
  /** The checklists, and away from them. */
  | { do: 'checklist' }
  /** From outside: an instant of the stream is there. */
  | { do: 'passed'; atMs: number }
  /** All that can be done, by name; and away from it. */
  | { do: 'palette' }
  /** A script or tool that is no panel yet, by its place among those. */
  | { do: 'openUnopened'; at: number }
  /** The panel chosen in the picker: on the overview, or off it. */
  | { do: 'onOverview' }
  /** Of the palette: a theme, a process by its number. */
  | { do: 'themeIs'; name: string }
  /** The theme for what the terminal said of itself; one that was chosen stays. */
  | { do: 'suits'; theme: string }
  | { do: 'enterProcess'; pid: number; comm: string; startedMs?: number }
  | { do: 'zoom' }
  | { do: 'back' }
  | { do: 'enter' }
  /** On to the next process of the same name. */
  | { do: 'nextProcess' }
  /** Which of all the things a row is about to enter. */
  | { do: 'choose' }
  | { do: 'move'; by: Move }
  | { do: 'end' }
  | { do: 'sortColumn'; step: 1 | -1 }
  | { do: 'reverse' }
  /** Rows that are idle, shown or left out. */
  | { do: 'idle' }
  /** What tables of processes say of each: name, command line, user, control group, parent. */
  | { do: 'naming' }
  /** Rows of processes each, or added up by name, user or control group. */
  | { do: 'group' }
  | { do: 'mode' }
  | { do: 'completeName' }
  | { do: 'line'; what: 'open' | 'close' | 'run' | 'keep' | 'complete' | 'older' | 'newer' }
  | { do: 'lineType'; text: string }
  | { do: 'lineErase'; what: 'char' | 'word' | 'all' }
  | { do: 'filterOpen' }
  | { do: 'filterType'; text: string }
  | { do: 'filterErase'; what: 'char' | 'word' | 'all' }
  | { do: 'filterKeep' }
  | { do: 'filterClear' }
  | { do: 'interval'; step: 1 | -1 }
  | { do: 'freeze' }
  | { do: 'live' }
  /** The instant at which the panel's latency was the worst. */
  | { do: 'worst' }
  /** From the instant shown on, what changes; and no more. */
  | { do: 'compare' }
  | { do: 'step'; by: number }
  /** In a recording: to another place in it, and at another speed. */
  | { do: 'seek'; by: Seek }
  | { do: 'speed'; step: 1 | -1 }
  | { do: 'snapshot' }
  /** Into the configuration, as it is now. */
  | { do: 'keepSettings' }
  | { do: 'cost' }
  /** The next limit of what the probes may take. */
  | { do: 'budget' }
  /** The panel's probe in full, or cheaper, whatever it costs. */
  | { do: 'pin' }
  /** The stacks of the selected process, or of all; and away from them. */
  | { do: 'stacks' }
  | { do: 'turn'; what: Turn }
  | { do: 'threshold'; step: 1 | -1 }
  | { do: 'sideways'; step: 1 | -1 }
  | { do: 'fold'; open: boolean }
  | { do: 'nextMatch'; step: 1 | -1 }
  | { do: 'export' }
  | { do: 'theme' }
  | { do: 'suspend' }
  | { do: 'redraw' }
  | { do: 'readOnly' }
  /** Of the mouse: a panel, a row of it (again: into it), a column head, an entry of a list. */
  | { do: 'focus'; panel: PanelId }
  /** `line`: where it is seen, and stays. */
  | { do: 'pick'; panel: PanelId; key: string; line?: number }
  | { do: 'sortBy'; panel: PanelId; column: string }
  | { do: 'chooseAt'; at: number }
  /** A cell of a heat map, an instant, a tab, a step of the way (so many are kept), something that stands out. */
  | { do: 'bucket'; bucket: Bucket }
  | { do: 'toTime'; atMs: number }
  | { do: 'modeIs'; panel: PanelId; mode: string }
  | { do: 'leaveTo'; steps: number }
  | { do: 'finding'; at: number }
  /** Reported by the terminal, or left to it for selecting text. */
  | { do: 'mouse' }
  /** A key that is known but cannot act now. */
  | { do: 'refuse'; reason: string }
  /** From outside: where a snapshot went, what could not be done. */
  | { do: 'notice'; text: string; role?: Role }
  | { do: 'resize'; width: number; height: number }
  /** From outside: a probe has described itself. */
  | { do: 'described' }
  /** From outside: this instant of the recording is there, to be shown. */
  | { do: 'at'; atMs: number }
  /** From outside: the engine or the recording runs at this interval. */
  | { do: 'intervalIs'; ms: number }

/** What only the mouse does. */
export const POINTED = [
  'focus',
  'pick',
  'sortBy',
  'chooseAt',
  'bucket',
  'toTime',
  'modeIs',
  'leaveTo',
  'finding',
] as const
export type Pointed = Extract<Action, { do: (typeof POINTED)[number] }>

export type ColumnChange = 'show' | 'earlier' | 'later' | 'wider' | 'narrower' | 'sort' | 'usual'

export type Move = 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last'

/** Of what is switched on the page of stacks. */
export type Turn = 'view' | 'mode' | 'states' | 'by' | 'span' | 'wakers' | 'inverted' | 'plumbing'
