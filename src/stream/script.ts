// A bpftrace script as the screen asks the engine for it: its text, and what the screen, which has no rights, read in it.
// A tool of bcc is one, too: of that the name is known, and what it prints is found out. The engine runs the text and
// believes the rest only as far as it decides what is shown: all of it is bounded here.
import { flag, number, oneOf, optional, record, text, type Check } from './shape.ts'
import { DIMENSIONS, type Dimension, type Unit } from './fields.ts'
import { name, upTo, within, plain } from './spec-check.ts'

/** The least version of bpftrace a script runs on. */
export type ScriptVersion = readonly [major: number, minor: number]

export const AGGREGATES = ['count', 'sum', 'avg', 'stats', 'min', 'max', 'hist', 'lhist', 'value'] as const
export type Aggregate = (typeof AGGREGATES)[number]

/** A part of a map's key. `int` and `ip` have no comma in them; `any` is not known. */
export interface KeyPart {
  title: string
  is: 'int' | 'ip' | 'text' | 'stack' | 'any'
  dim?: Dimension
}

export interface ScriptMap {
  /** With the @. */
  name: string
  does: Aggregate
  keys: readonly KeyPart[]
  unit: Unit
  /** In `unit`: what one of the script's is worth. */
  worth: number
  /** The script prints it while it runs: it is shown as printed. */
  printed?: boolean
  /** And empties it afterwards. */
  cleared?: boolean
}

/** A part of a printed line, between blanks. `pad`: at least so wide, and of a text that may have blanks, exactly. */
export interface LinePart {
  is: 'number' | 'text' | 'word'
  pad?: number
  /** A word that is always the same. */
  word?: string
}

export interface ScriptColumn {
  title: string
  is: 'number' | 'text'
  dim?: Dimension
  unit?: Unit
  worth?: number
}

export interface ScriptPlan {
  /** Of its probe and panel. */
  id: string
  title: string
  question: string
  howToRead: string
  text: string
  args: readonly string[]
  /** No script, but the tool of bcc of this name; the text then is only what is shown. */
  tool?: string
  version?: ScriptVersion
  maps: readonly ScriptMap[]
  /** What its lines are made of, one each; parts beyond the columns belong to the last. */
  lines: readonly (readonly LinePart[])[]
  /** The most calls that print one line; absent: any number. */
  calls?: number
  columns: readonly ScriptColumn[]
  /** Its rows are printed anew each time: they are no events. */
  isTable?: boolean
  /** Lines that are no rows: headings, greetings. */
  said: readonly string[]
  /** It prints text that is neither. */
  prints: boolean
  /** Where it attaches, without BEGIN, END and what needs no hook. */
  hooks: readonly string[]
  /** How many of its probes need none. */
  hookless: number
  /** So many printed lines are kept, the last ones; absent: all there is room for. */
  retain?: number
  /** By which column, with a minus for descending. */
  sort?: string
}

const MOST = {
  text: 24_576,
  args: 16,
  maps: 12,
  keys: 8,
  lines: 24,
  parts: 32,
  calls: 64,
  columns: 24,
  said: 32,
  hooks: 64,
  pad: 999,
  retain: 1000,
}
const LONGEST = { name: 64, title: 40, sentence: 1000, line: 500 }

export const MOST_SCRIPT_BYTES = MOST.text
/** Scripts and tools that an engine is told of in its life: none is forgotten. */
export const MOST_SCRIPTS = 64

const title = plain(LONGEST.title)
const dim = optional(oneOf(...DIMENSIONS))
const unit = oneOf('count', 'ns', 'bytes', 'percent', 'id', 'ms')
const worth: Check = (value) => number(value) ?? ((value as number) > 0 ? undefined : 'is not above 0')
const mapName: Check = (value) =>
  text(value) ?? (/^@\w{0,63}$/.test(value as string) ? undefined : 'is no name of a map')
const version: Check = (value) =>
  Array.isArray(value) && value.length === 2 && value.every((part) => Number.isInteger(part) && part >= 0)
    ? undefined
    : 'is no version'

const plan = record<ScriptPlan>({
  id: name,
  title,
  question: plain(LONGEST.sentence),
  howToRead: plain(LONGEST.sentence),
  text: (value) =>
    text(value) ?? (Buffer.byteLength(value as string) > MOST.text ? `is longer than ${MOST.text} bytes` : undefined),
  args: upTo(MOST.args, within(LONGEST.line)),
  tool: optional(name),
  version: optional(version),
  maps: upTo(
    MOST.maps,
    record<ScriptMap>({
      name: mapName,
      does: oneOf(...AGGREGATES),
      keys: upTo(MOST.keys, record<KeyPart>({ title, is: oneOf('int', 'ip', 'text', 'stack', 'any'), dim })),
      unit,
      worth,
      printed: optional(flag),
      cleared: optional(flag),
    }),
  ),
  lines: upTo(
    MOST.lines,
    upTo(
      MOST.parts,
      record<LinePart>({
        is: oneOf('number', 'text', 'word'),
        pad: optional((value) => (Number.isInteger(value) && Number(value) <= MOST.pad ? undefined : 'is no width')),
        word: optional(within(LONGEST.line)),
      }),
    ),
  ),
  calls: optional((value) =>
    Number.isInteger(value) && Number(value) > 0 && Number(value) <= MOST.calls ? undefined : 'is no number of calls',
  ),
  columns: upTo(
    MOST.columns,
    record<ScriptColumn>({ title, is: oneOf('number', 'text'), dim, unit: optional(unit), worth: optional(worth) }),
  ),
  isTable: optional(flag),
  said: upTo(MOST.said, within(LONGEST.line)),
  prints: flag,
  hooks: upTo(MOST.hooks, within(LONGEST.line)),
  hookless: number,
  retain: optional((value) =>
    Number.isInteger(value) && Number(value) > 0 && Number(value) <= MOST.retain ? undefined : 'is no number of lines',
  ),
  sort: optional(plain(LONGEST.title)),
})

/** Undefined when it is one. */
export const scriptPlan: Check = (value) => plan(value) ?? twice(value as ScriptPlan)

const twice = ({ maps, text: script, args }: ScriptPlan): string | undefined =>
  new Set(maps.map((map) => map.name)).size < maps.length
    ? '.maps has one twice'
    : [script, ...args].some((each) => each.includes('\0'))
      ? '.text has a zero byte'
      : undefined

/** Beyond them a script is not read: of the screen, too. */
export const SCRIPT_LIMITS = { ...MOST, ...LONGEST }
