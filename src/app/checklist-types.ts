// What a checklist is made of, and what comes of it: plain data, so that it can be kept in the state, saved and printed.
import type { View } from '../model/view.ts'
import type { Rule, Goal } from './rule.ts'

export type ChecklistId = '60s' | 'bcc'

/** Figures of a step, with the headings and in the units of the tool whose they are. */
export interface Figures {
  columns: readonly FigureColumn[]
  rows: readonly (readonly (string | number | null)[])[]
}

export interface FigureColumn {
  title: string
  /** Behind the point; absent: text. */
  digits?: number
}

export interface Step {
  id: string
  /** The tool, as it is typed. */
  command: string
  question: string
  /** Whose samples it rests on; of a script its name instead. */
  probes: readonly string[]
  script?: string
  seconds: number
  /** Where there is more of it; `panel` of a script is known when it runs. */
  to: Goal
  /** Absent: the panel itself. */
  figures?(view: View): Figures | undefined
  rules: readonly Rule[]
}

export interface Checklist {
  id: ChecklistId
  title: string
  about: string
  steps: readonly Step[]
}

/** What came of a step. */
export interface Result {
  step: string
  command: string
  is: 'fine' | 'look' | 'blind'
  /** Far over what is worth a look. */
  isBad?: true
  /** One line, with the numbers it rests on. */
  sentence: string
  to: Goal
  figures?: Figures
}

/** Going through one. */
export interface Run {
  which: ChecklistId
  results: readonly Result[]
  /** The step that is shown: since when; and since when it has samples. */
  sinceMs?: number
  liveMs?: number
  /** Probes of scripts by their names. */
  scripts: Readonly<Record<string, string>>
}
