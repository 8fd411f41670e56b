// The bench's own command line. What it does not understand is an Error with one line for the user.
import { parseArgs } from 'node:util'

export interface BenchOptions {
  parts: string[]
  /** Rounds of most parts, and of those that take long. */
  rounds: number
  longRounds: number
  seconds: number
  only: string[]
  /** Loads whose names have one of these. */
  rows: string[]
  quick: boolean
  add: boolean
  help: boolean
  json?: string
  compare?: string
  show?: string
}

/** What there is to choose from. */
interface Choices {
  parts: readonly string[]
  tools: readonly string[]
}

export const usage = ({ parts, tools }: Choices): string => `npm run bench -- [options] [part...]
parts (default all): ${parts.join(' ')}
  --rounds N      rounds of each part (default 5; those that take long: 1)
  --seconds N     how long memory and CPU are watched, once settled, and each recording of \`recorded\` is (default 40)
  --only LIST     only these tools beside the bare run, comma separated:
                  ${tools.join(', ')}
  --rows LIST     of pressure and recorded: loads whose names have one of these words
  --quick         short, to see that it works
  --json FILE     keep the figures there; older ones of the same name are replaced
  --add           add the runs to those in FILE instead
  --compare FILE  ratios to the figures there
  --show FILE     measure nothing, print the tables of FILE`

export const benchOptions = (argv: readonly string[], { parts, tools }: Choices): BenchOptions => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      only: { type: 'string' },
      rows: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      add: { type: 'boolean', default: false },
      compare: { type: 'string' },
      show: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const { quick, add, help, json, compare, show } = values
  const listed = (text?: string): string[] => text?.split(',').map((name) => name.trim()) ?? []
  const only = listed(values.only)
  known('part', positionals, parts)
  known('tool', only, tools)
  if (add && json === undefined) throw new Error('--add needs --json FILE')
  return {
    parts: positionals.length > 0 ? positionals : [...parts],
    rounds: positive('--rounds', values.rounds, quick ? 2 : 5),
    longRounds: positive('--rounds', values.rounds, 1),
    seconds: positive('--seconds', values.seconds, quick ? 5 : 40),
    only,
    rows: listed(values.rows),
    quick,
    add,
    help,
    json,
    compare,
    show,
  }
}

const known = (kind: string, names: readonly string[], choice: readonly string[]): void => {
  const unknown = names.find((name) => !choice.includes(name))
  if (unknown !== undefined) throw new Error(`no ${kind} ${JSON.stringify(unknown)}: there are ${choice.join(', ')}`)
}

const positive = (option: string, text: string | undefined, otherwise: number): number => {
  const value = text === undefined ? otherwise : Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`${option} ${text}: not a number above 0`)
  return value
}
