// The command line: what may be given, what it means, and one line about what is wrong with it. Nothing is looked up
// in the system here except what is handed in, so that all of it can be tested as a table.
import { CommanderError, InvalidArgumentError, type Command } from 'commander'
import type { Selection } from '../model/selection.ts'
import { CHECKLISTS } from '../app/checklist/steps.ts'
import type { ChecklistId } from '../app/checklist-types.ts'
import { nearestWord } from '../app/nearest.ts'
import type { PanelId } from '../panels/panel-types.ts'
import {
  MAX_OVERHEAD_PERCENT,
  onlyOf,
  parseCount,
  parseInterval,
  parseMegabytes,
  parsePercent,
  quote,
  SCRIPT_MB,
  UsageError,
  type Only,
} from './option-values.ts'
import { MOST_SCRIPTS } from '../stream/script.ts'
import { name as isName } from '../stream/spec-check.ts'
import { createCommand, PANEL_IDS } from './command-line.ts'
import { SHELLS, type Shell } from './shell/options.ts'

export interface Options {
  intervalMs: number
  /** End after so many intervals. */
  count?: number
  output: 'auto' | 'batch' | 'json'
  /** Where batch output goes; absent or `-`: stdout. */
  outputFile?: string
  /** Checked for existence where processes are probed. */
  pids: number[]
  cgroup?: string
  /** All that is shown is narrowed to these. */
  only: Selection[]
  panels?: PanelId[]
  /** Scripts to run as panels. */
  probes: GivenProbe[]
  /** Tools of bcc to run as panels. */
  tools: GivenTool[]
  /** Scripts may call what bpftrace calls unsafe. */
  unsafe: boolean
  /** Gone through without a screen. */
  checklist?: ChecklistId
  /** Memory that scripts may take together; 0: any. */
  scriptMb: number
  theme?: string
  /** Instead of the one in the folder of configurations. */
  config?: string
  printConfig: boolean
  /** What was not given, so that the configuration may say it. */
  unsaid: { interval: boolean; maxOverhead: boolean; scriptMemory: boolean }
  noColour: boolean
  ascii: boolean
  mouse: boolean
  record?: string
  replay?: string
  check: boolean
  /** Set-up passes it on. */
  yes: boolean
  /** The most that the probes may take of all CPUs; 0: any. */
  maxOverheadPercent: number
}

/** A script, by file or name, and what its $1, $2 … are. */
export interface GivenProbe {
  file: string
  args: string[]
}

/** A tool of bcc, by name, and its own arguments. */
export interface GivenTool {
  name: string
  args: string[]
}

/** To be printed, and the exit code with it: 0 for help and version, 2 for a mistake. */
export interface Answer {
  text: string
  exitCode: 0 | 2
}

/** `prints`: what is asked for in place of running. */
export type Parsed =
  | { options: Options }
  | { answer: Answer }
  | { prints: { is: 'version' | 'man' } | { is: 'completion'; for: Shell } }

export const parseOptions = (args: readonly string[]): Parsed => {
  const output = { text: '' }
  const command = createCommand(output)
  const { rest, probes, tools } = takePanels(args)
  try {
    command.parse(rest, { from: 'user' })
    const prints = printsOf(command.opts<Given>())
    return prints ? { prints } : { options: gather(command, probes, tools) }
  } catch (error) {
    if (error instanceof UsageError) return usage(error.message)
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { answer: { text: output.text, exitCode: 0 } }
    return usage(oneLine(error, command))
  }
}

const printsOf = ({ version, man, completion }: Given): Extract<Parsed, { prints: unknown }>['prints'] | undefined => {
  if (version) return { is: 'version' }
  if (man) return { is: 'man' }
  if (completion === undefined) return undefined
  const shell = SHELLS.find((name) => name === completion)
  if (!shell) throw new UsageError(`no completion for ${quote(completion)}: there is one for ${SHELLS.join(', ')}`)
  return { is: 'completion', for: shell }
}

/** Taken out of the rest: what follows a script up to the next option is its own, what follows a tool up to the next that
 * begins with two dashes; or a tool is given with its arguments in one word. Without a name they are left for the parser
 * to complain of. */
const takePanels = (args: readonly string[]): { rest: string[]; probes: GivenProbe[]; tools: GivenTool[] } => {
  const rest: string[] = []
  const probes: GivenProbe[] = []
  const tools: GivenTool[] = []
  let at = 0
  const isValue = (dash = '-'): boolean => at < args.length && args[at] !== '' && !args[at]!.startsWith(dash)
  while (at < args.length && args[at] !== '--') {
    const word = args[at++]!
    const [, option, inside] = /^--(probe|tool)(?:=(.+))?$/s.exec(word) ?? []
    if (option === undefined || (inside === undefined && !isValue())) {
      rest.push(word)
      continue
    }
    const given = inside ?? args[at++]!
    const own: string[] = []
    while (isValue(option === 'tool' ? '--' : '-')) own.push(args[at++]!)
    if (option === 'probe') probes.push({ file: given, args: own })
    else {
      const [name = '', ...words] = given.trim().split(/\s+/)
      tools.push({ name, args: [...words, ...own] })
    }
  }
  return { rest: [...rest, ...args.slice(at)], probes, tools }
}

/** A mistake in the command line, as the line printed. */
const usage = (problem: string): { answer: Answer } => ({ answer: { text: `probetop: ${problem}\n`, exitCode: 2 } })

interface Given extends Only {
  version?: boolean
  delay?: string
  iterations?: string
  batch?: boolean
  json?: boolean
  output?: string
  panels?: PanelId[]
  unsafe?: boolean
  checklist?: string
  scriptMemory?: string
  theme?: string
  config?: string
  printConfig?: boolean
  color: boolean
  colour: boolean
  ascii?: boolean
  mouse: boolean
  record?: string
  replay?: string
  check?: boolean
  yes?: boolean
  maxOverhead?: string
  man?: boolean
  completion?: string
  /** Those that were left to the parser, which have no name. */
  probe?: string
  tool?: string
}

const gather = (command: Command, probes: GivenProbe[], tools: GivenTool[]): Options => {
  const given = command.opts<Given>()
  const [interval, count] = command.processedArgs as (string | undefined)[]
  if (interval !== undefined && given.delay !== undefined)
    throw new UsageError(`interval given twice: ${quote(interval)} and -d ${given.delay}`)
  if (count !== undefined && given.iterations !== undefined)
    throw new UsageError(`count given twice: ${quote(count)} and -n ${given.iterations}`)
  if (given.batch && given.json) throw new UsageError('-b and --json exclude each other: text or JSON lines')
  if (given.record !== undefined && given.replay !== undefined)
    throw new UsageError('-w and -r exclude each other: record or replay')
  for (const [option, file] of [
    ['-o', given.output],
    ['-w', given.record],
    ['-r', given.replay],
    ['--config', given.config],
  ] as const) {
    if (file === '' || file?.includes('\0')) throw new UsageError(`${option} needs the name of a file`)
  }
  for (const option of ['probe', 'tool'] as const)
    if (given[option] !== undefined) throw new UsageError(`--${option} needs a name`)
  if (given.checklist !== undefined && given.replay !== undefined)
    throw new UsageError('--checklist and -r exclude each other: in a recording C goes through it')
  if (given.checklist !== undefined && probes.length + tools.length > 0)
    throw new UsageError('--checklist and --probe or --tool exclude each other: it has its own panels')
  if (probes.length + tools.length > MOST_SCRIPTS)
    throw new UsageError(`${probes.length + tools.length} scripts and tools are more than ${MOST_SCRIPTS}`)
  if (probes.length + tools.length > 0 && given.replay !== undefined)
    throw new UsageError('--probe or --tool and -r exclude each other: a recording brings its panels with it')
  const delay = given.delay ?? interval
  const iterations = given.iterations ?? count
  return {
    intervalMs: delay === undefined ? 1000 : parseInterval(delay, given.delay === undefined ? 'interval' : '-d'),
    count:
      iterations === undefined ? undefined : parseCount(iterations, given.iterations === undefined ? 'count' : '-n'),
    // A file is written to by batch output only.
    output: given.json ? 'json' : given.batch || given.output !== undefined ? 'batch' : 'auto',
    outputFile: given.output === '-' ? undefined : given.output,
    pids: given.pid ?? [],
    cgroup: given.cgroup,
    only: onlyOf(given),
    panels: given.panels && knownPanels(given.panels, given.replay !== undefined || probes.length + tools.length > 0),
    probes,
    tools,
    unsafe: given.unsafe ?? false,
    ...(given.checklist === undefined ? {} : { checklist: knownChecklist(given.checklist) }),
    scriptMb: given.scriptMemory === undefined ? SCRIPT_MB : parseMegabytes(given.scriptMemory),
    theme: given.theme,
    ...(given.config === undefined ? {} : { config: given.config }),
    printConfig: given.printConfig ?? false,
    unsaid: {
      interval: delay === undefined,
      maxOverhead: given.maxOverhead === undefined,
      scriptMemory: given.scriptMemory === undefined,
    },
    noColour: !given.color || !given.colour,
    ascii: given.ascii ?? false,
    mouse: given.mouse,
    record: given.record,
    replay: given.replay,
    check: given.check ?? false,
    yes: given.yes ?? false,
    maxOverheadPercent: given.maxOverhead === undefined ? MAX_OVERHEAD_PERCENT : parsePercent(given.maxOverhead),
  }
}

const knownChecklist = (name: string): ChecklistId => {
  const found = CHECKLISTS.find(({ id }) => id === name)
  if (found) return found.id
  throw new UsageError(`no checklist ${quote(name)}: there are ${CHECKLISTS.map(({ id }) => id).join(', ')}`)
}

/** In their order. A recording may have others. */
const knownPanels = (names: readonly PanelId[], isReplay: boolean): PanelId[] => {
  const others = names.filter((name) => !PANEL_IDS.includes(name))
  for (const name of others) {
    if (isReplay && isName(name) === undefined) continue
    const near = nearestWord(name, PANEL_IDS)
    throw new UsageError(
      `no panel ${quote(name)}${near ? `, did you mean ${near}?` : `: there are ${PANEL_IDS.join(', ')}`}`,
    )
  }
  return [...PANEL_IDS.filter((id) => names.includes(id)), ...new Set(others)]
}

const oneLine = (error: CommanderError, command: Command): string => {
  const what = error.message.replace(/^error: /, '').split('\n')[0]!
  if (error.code === 'commander.unknownOption') {
    const word = /'(.*)'/s.exec(what)?.[1] ?? ''
    const near = nearestOption(word, command)
    return `unknown option ${quote(word)}${near ? `, did you mean ${near}?` : ': see probetop --help'}`
  }
  if (error.code === 'commander.excessArguments') {
    const extra = command.args.slice(2).map(quote).join(' ')
    return `too many arguments: ${extra} (probetop [interval [count]])`
  }
  if (error instanceof InvalidArgumentError) return what
  return what
    .replaceAll("'", '')
    .replace('argument missing', 'needs a value:')
    .replace(/^option (.*) needs a value:$/, '$1 needs a value')
}

// One letter is near to every other letter, so short options are not guessed at.
const nearestOption = (word: string, command: Command): string | undefined =>
  word.startsWith('--')
    ? nearestWord(
        word.split('=')[0]!,
        command.options.flatMap(({ long }) => long ?? []),
      )
    : undefined
