// The command line: what may be given, what it means, and one line about what is wrong with it. Nothing is looked up
// in the system here except what is handed in, so that all of it can be tested as a table.
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { Selection } from '../model/selection.ts'
import { CHECKLISTS } from '../app/checklist/steps.ts'
import type { ChecklistId } from '../app/checklist/types.ts'
import { nearestWord } from '../app/nearest.ts'
import { SPECS } from '../engine/probes/registry.ts'
import { allPanels } from '../panels/registry.ts'
import type { PanelId } from '../panels/types.ts'
import {
  collectPids,
  MAX_OVERHEAD_PERCENT,
  onlyOf,
  parseCgroup,
  parseCount,
  parseInterval,
  parseMegabytes,
  parsePercent,
  quote,
  SCRIPT_MB,
  UsageError,
  type Only,
} from './option-values.ts'
import { name as isName } from '../stream/spec-check.ts'

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
  unsaid: { interval: boolean; maxOverhead: boolean }
  noColour: boolean
  ascii: boolean
  mouse: boolean
  record?: string
  replay?: string
  check: boolean
  /** Set-up passes it on. */
  yes: boolean
  /** The most that the kernel programs may take of all CPUs; 0: any. */
  maxOverheadPercent: number
}

/** A script, by file or name, and what its $1, $2 … are. */
export interface GivenProbe {
  file: string
  args: string[]
}

/** To be printed, and the exit code with it: 0 for help and version, 2 for a mistake. */
export interface Answer {
  text: string
  exitCode: 0 | 2
}

export type Parsed = { options: Options } | { answer: Answer } | { version: true }

const EXAMPLES = `
Examples:
  probetop               watch, one second a tick; q quits, ? helps
  probetop 0.5           twice a second
  probetop -b 1 10       ten seconds as text
  probetop --json -n 1   one interval as JSON lines
  probetop -w day.gz     record while watching; probetop -r day.gz plays it

Exit status: 0 fine, 1 failed while running or a checklist wants a look, 2 wrong usage, 4 cannot probe here (see --check), 5 bad recording.`

const PANEL_IDS = allPanels(SPECS).map(({ id }) => id)

export const parseOptions = (args: readonly string[]): Parsed => {
  const output = { text: '' }
  const command = createCommand(output)
  const { rest, probes } = takeProbes(args)
  try {
    command.parse(rest, { from: 'user' })
    return command.opts().version ? { version: true } : { options: gather(command, probes) }
  } catch (error) {
    if (error instanceof UsageError) return usage(error.message)
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { answer: { text: output.text, exitCode: 0 } }
    return usage(oneLine(error, command))
  }
}

/** Taken out of the rest: what follows a script up to the next option is its own. Without a file it is left for the
 * parser to complain of. */
const takeProbes = (args: readonly string[]): { rest: string[]; probes: GivenProbe[] } => {
  const rest: string[] = []
  const probes: GivenProbe[] = []
  let at = 0
  const isValue = (): boolean => at < args.length && args[at] !== '' && !args[at]!.startsWith('-')
  while (at < args.length && args[at] !== '--') {
    const word = args[at++]!
    const inside = /^--probe=(.+)$/s.exec(word)?.[1]
    if (inside === undefined && !(word === '--probe' && isValue())) {
      rest.push(word)
      continue
    }
    const probe: GivenProbe = { file: inside ?? args[at++]!, args: [] }
    while (isValue()) probe.args.push(args[at++]!)
    probes.push(probe)
  }
  return { rest: [...rest, ...args.slice(at)], probes }
}

/** A mistake in the command line, as the line printed. */
export const usage = (problem: string): { answer: Answer } => ({
  answer: { text: `probetop: ${problem}\n`, exitCode: 2 },
})

const createCommand = (output: { text: string }): Command =>
  new Command('probetop')
    .description('top for what is waiting: run queue, off-CPU, block I/O, TCP and system calls, live from BPF')
    .argument('[interval]', 'seconds between updates, 0.1 to 60 (default 1); also 500ms')
    .argument('[count]', 'end after so many updates')
    .option('-d, --delay <seconds>', 'the same as the first argument')
    .option('-n, --iterations <count>', 'the same as the second')
    .option('-b, --batch', 'plain text instead of the screen; so is anything but a terminal')
    .option('--json', 'the samples themselves, one JSON object a line')
    .option('-p, --pid <list>', 'only these processes: PID[,PID...]', collectPids)
    .option('--comm <name>', 'only processes of this name, as ps -o comm has it')
    .option('--cgroup <path>', 'only this control group and those below it; a container is one', parseCgroup)
    .option('-o, --output <file>', 'write batch output to a new file; - is stdout')
    .option('--panels <list>', `only these panels: ${PANEL_IDS.join(',')}`, parsePanels)
    .option(
      '--probe <file> [args]',
      'a bpftrace script as a panel: its file or name, then its $1, $2 ...; several times',
    )
    .option(
      '--checklist <name>',
      '60s or bcc: go through it, print what it finds (also as --json), exit 1 if that wants a look',
    )
    .option('--unsafe', 'scripts may start programs and write (bpftrace --unsafe)')
    .option('--script-memory <MB>', 'the most that scripts may take together (default 500; 0: any)')
    .option('--theme <name>', 'colours of the screen; the key t changes them, too')
    .option('--config <file>', 'settings, in place of ~/.config/probetop/config.toml')
    .option('--print-config', 'all settings with their values and what they are for')
    .option('--no-color', 'no colours (NO_COLOR does the same)')
    .option('--no-colour', 'the same')
    .option('--ascii', 'no characters beyond ASCII')
    .option('--no-mouse', 'the mouse is left to the terminal; the key M changes it, too')
    .option('-w, --record <file>', 'record everything to a new file; gzipped when it ends in .gz')
    .option('-r, --replay <file>', 'play a recording instead of probing; - is standard input')
    .option(
      '--max-overhead <percent>',
      'less detail, then sampled or counted, above so much of all CPUs (default 5; 0: any)',
    )
    .option('--check', 'say what is needed to probe, what is missing and what to do')
    .option('--yes', 'never ask (for set-up)')
    .option('-V, --version', 'versions of probetop, node, kernel and bpftrace')
    .helpOption('-h, --help', 'this text')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError(false)
    .configureHelp({ helpWidth: 100 })
    .configureOutput({
      writeOut: (text) => {
        output.text += text
      },
      writeErr: () => {},
    })
    .exitOverride()

interface Given extends Only {
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
}

const gather = (command: Command, probes: GivenProbe[]): Options => {
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
  if (given.checklist !== undefined && given.replay !== undefined)
    throw new UsageError('--checklist and -r exclude each other: in a recording C goes through it')
  if (probes.length > 0 && given.replay !== undefined)
    throw new UsageError('--probe and -r exclude each other: a recording brings its panels with it')
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
    panels: given.panels && knownPanels(given.panels, given.replay !== undefined || probes.length > 0),
    probes,
    unsafe: given.unsafe ?? false,
    ...(given.checklist === undefined ? {} : { checklist: knownChecklist(given.checklist) }),
    scriptMb: given.scriptMemory === undefined ? SCRIPT_MB : parseMegabytes(given.scriptMemory),
    theme: given.theme,
    ...(given.config === undefined ? {} : { config: given.config }),
    printConfig: given.printConfig ?? false,
    unsaid: { interval: delay === undefined, maxOverhead: given.maxOverhead === undefined },
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

function parsePanels(list: string): PanelId[] {
  return list.split(',').map((name) => name.trim())
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
