// Chooses what to run: screen or batch, live, a recording, or the bundled recording where nothing can be probed; and
// answers with an exit code and one line when something stands in the way.
import { openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { reopened } from '../app/entering/reopen.ts'
import { initialState } from '../app/state.ts'
import type { Notice, LibraryScript } from '../app/state-types.ts'
import { takesDetail, wantedCommands, wantedProbes } from '../app/probes/wanted.ts'
import { SPECS } from '../engine/probes/registry.ts'
import { specOfScript } from '../model/scripts/spec.ts'
import { allPanels, panelOf } from '../panels/registry.ts'
import { detectEnvironment, suitingTheme } from '../screen/environment.ts'
import { ThemeError } from '../screen/theme.ts'
import { snapshotSource, type Snapshot } from '../source/snapshot-file.ts'
import { STDIN } from '../source/recording-file.ts'
import { streamMs } from '../source/clock.ts'
import { warn } from '../source/say.ts'
import { stepBack } from '../source/priority.ts'
import { sessionGoesBack, sessionStaysFirst } from '../source/session.ts'
import { dropToInvoker } from '../source/privileges.ts'
import { recordTo } from '../source/record-to.ts'
import type { ScriptPlan } from '../stream/script.ts'
import type { Command, Source } from '../stream/stream-types.ts'
import { PROBES } from '../stream/probe-ids.ts'
import { configured, type Configured } from './configured.ts'
import { startLive, type Lack } from './running-engine.ts'
import type { Options } from './options.ts'
import { fileProblem } from './output.ts'
import { nameOf, openDemo, openReplay, playable, readable, type Playable } from './playback.ts'
import { isShipped, readLibrary, readScripts } from './script-files.ts'
import { noShell } from './shell-right.ts'
import { readTools, toolLibrary } from './tools.ts'
import { foreignProcess, missingCgroup, missingName, missingProcess, withStarts } from './processes.ts'
import { batch, checklist, EXIT, fail, screen, type Plan } from './show.ts'

/** Resolves to the exit code. */
export const run = async (given: Options): Promise<number> => {
  let read: Configured
  try {
    read = configured(given)
  } catch (error) {
    return fail((error as Error).message, EXIT.usage)
  }
  const { config, themes, problems } = read
  // who is meant now, not who gets the number later
  const options = given.replay === undefined ? { ...read.options, only: withStarts(read.options.only) } : read.options
  for (const problem of problems) warn(problem)
  const environment = detectEnvironment(process.env, { noColour: options.noColour, ascii: options.ascii })
  // What is played may come through standard input; then keys come from the terminal itself
  const keys = options.replay === STDIN ? openTerminalKeys() : process.stdin
  const isTerminal = Boolean(keys?.isTTY && process.stdout.isTTY)
  const isScreen = options.checklist === undefined && options.output === 'auto' && isTerminal && environment.addressable
  const theme = options.theme ?? suitingTheme(environment)
  try {
    themes.load(theme)
  } catch (error) {
    if (error instanceof ThemeError) return fail(error.message, EXIT.usage)
    throw error
  }
  const state = initialState({
    panels: options.panels,
    specs: options.replay === undefined ? SPECS : [],
    only: options.only,
    theme,
    themes: themes.names,
    mouse: options.mouse,
    intervalMs: options.intervalMs,
    limitPercent: options.maxOverheadPercent,
    tabs: config.tabs,
    grouping: config.grouping,
    naming: config.naming,
    suits: options.theme === undefined,
    keys: config.keys,
    thresholds: config.thresholds,
    classRules: config.classRules,
    replay: options.replay !== undefined,
    player: options.replay !== undefined && isScreen,
  })
  const notice: Notice | undefined = problems.length > 0 ? { text: problemsText(problems), role: 'warn' } : undefined
  const noted = { ...state, ...(notice ? { notice } : {}) }
  const plan: Plan = { options, environment, state: noted, themes, keepSettings: read.keep, isScreen, keys }
  return options.replay === undefined ? runLive(plan, isTerminal) : runReplay(plan, options.replay)
}

/** The screen has one line for them: how many and where all are said come before what may be cut. */
const problemsText = ([first, ...more]: readonly string[]): string =>
  more.length === 0 ? first! : `${more.length + 1} settings are wrong, all by --print-config: ${first}`

const runLive = async (plan: Plan, isTerminal: boolean): Promise<number> => {
  const { options, state, isScreen } = plan
  const missing =
    process.platform === 'linux'
      ? (foreignProcess(options.pids) ?? missingProcess(options.pids) ?? missingCgroup(options.cgroup))
      : undefined
  if (missing) return fail(missing, EXIT.usage)
  const onlyScripts = options.probes.length + options.tools.length > 0 && options.panels === undefined && !isScreen
  // of scripts and tools the engine is told later
  const isHere = (probe: string): boolean => probesHere().includes(probe)
  const live = await startLive(
    {
      intervalMs: options.intervalMs,
      probes: onlyScripts || options.checklist !== undefined ? [] : wantedProbes(state).filter(isHere),
      fullFirst: !isScreen,
      maxOverheadPercent: options.maxOverheadPercent,
      unsafe: options.unsafe,
      scriptMb: options.scriptMb,
      without: isScreen || options.checklist !== undefined,
    },
    isTerminal,
  )
  if (!('source' in live)) {
    const words = `${live.why}. ${live.hint}`
    if (!isScreen) return fail(`cannot probe: ${words}   (details: probetop --check)`, EXIT.cannotProbe)
    stepBack()
    dropToInvoker()
    const demo = await openDemo(live)
    return demo ? play(plan, demo) : fail(`cannot probe: ${words}`, EXIT.cannotProbe)
  }
  const { checklist: which } = options
  if (which !== undefined) return withRecord(options.record, live.source, (source) => checklist(plan, which, source))
  const comm = options.only.find((selection) => selection.is === 'comm')?.comm
  const nobody = comm === undefined ? undefined : missingName(comm)
  if (nobody !== undefined && !isScreen) warn(nobody)
  // by now with the rights of whoever sits there
  const scripts = readScripts(options.probes, takenNames())
  if ('problem' in scripts) {
    await live.source.stop()
    return fail(scripts.problem, EXIT.usage)
  }
  const tools = readTools(options.tools, [...takenNames(), ...scripts.plans.map(({ id }) => id)])
  if ('problem' in tools) {
    await live.source.stop()
    return fail(tools.problem, tools.isMissing ? EXIT.cannotProbe : EXIT.usage)
  }
  const scripted = withScripts(plan, [...scripts.plans, ...tools.plans], onlyScripts)
  const noticed: Plan =
    nobody === undefined
      ? scripted
      : { ...scripted, state: { ...scripted.state, notice: { text: nobody, role: 'warn' } } }
  const commands = wantedCommands(scripted.state)
  return withRecord(options.record, live.source, (source) =>
    isScreen
      ? screen(noticed, source, commands, {
          nowMs: streamMs,
          turns: { first: sessionStaysFirst, back: sessionGoesBack },
          ...(live.without && { banner: () => withoutWords(live.without!) }),
        })
      : batch(scripted, source, commands.map(withDetail(options))),
  )
}

const withoutWords = ({ why, hint }: Lack): string => `WITHOUT BPF — in full: ${hint} — ${why}`

const probesHere = (): string[] => [...PROBES, ...SPECS.map(({ id }) => id)]

const takenNames = (): string[] => [...probesHere(), ...allPanels(SPECS).map(({ id }) => id)]

/** Read when somebody wants to see it. */
const libraryHere = (): (() => readonly LibraryScript[]) => {
  let read: readonly LibraryScript[] | undefined
  const judge = async (all: readonly LibraryScript[]): Promise<void> => {
    const why = await noShell({ euid: process.geteuid?.(), user: process.env.SUDO_USER })
    if (why !== undefined) read = all.map((script) => (isShipped(script) ? script : { ...script, lacks: why }))
  }
  return () => {
    if (!read) void judge((read = [...readLibrary(), ...toolLibrary()]))
    return read
  }
}

/** Scripts are shown beside the overview's panels, one alone on the full screen first; without a screen alone. */
const withScripts = (plan: Plan, scripts: readonly ScriptPlan[], alone: boolean): Plan => {
  const { options } = plan
  const state = plan.isScreen ? { ...plan.state, library: libraryHere() } : plan.state
  if (scripts.length === 0) return { ...plan, state }
  const ids = scripts.map(({ id }) => id)
  const panels = alone ? ids : options.panels ? [...new Set([...options.panels, ...ids])] : [...state.panels, ...ids]
  return {
    ...plan,
    options: { ...options, panels },
    state: {
      ...state,
      specs: [...state.specs, ...scripts.map(specOfScript)],
      scripts,
      panels,
      begunWith: panels,
      focus: ids[0]!,
      ...(ids.length === 1 ? { page: { is: 'panel', panel: ids[0]! } as const } : {}),
    },
  }
}

/** Whoever is root through sudo reads a recording as himself: it is anybody's file. */
const runReplay = async (plan: Plan, path: string): Promise<number> => {
  dropToInvoker()
  const opened = await openReplay(path)
  if ('problem' in opened) return fail(`cannot replay ${path}: ${opened.problem}`, opened.exitCode)
  if ('snapshot' in opened) return reopen(plan, path, opened.snapshot)
  if (plan.isScreen) return play(plan, playable(path, opened))
  const { source, onEnd } = readable(opened)
  return batch(plan, source, [], onEnd)
}

const play = (plan: Plan, { player, banner }: Playable): Promise<number> => {
  const state = { ...plan.state, replay: true, player: { times: 1 } }
  return screen({ ...plan, state }, player, [], { nowMs: player.nowMs, banner, player })
}

/** The instant of a snapshot, where it was taken. */
const reopen = (plan: Plan, path: string, snapshot: Snapshot): Promise<number> => {
  const source = snapshotSource(snapshot)
  if (!plan.isScreen) return batch(plan, source, [], (end) => end())
  const specs = snapshot.messages.flatMap((message) => (message.type === 'probe' ? [message.spec] : []))
  const state = reopened({ ...plan.state, player: undefined, specs }, snapshot.view)
  return screen({ ...plan, state }, source, [], {
    nowMs: () => snapshot.shownMs,
    banner: () => `SNAPSHOT — ${nameOf(path)}`,
  })
}

const openTerminalKeys = (): NodeJS.ReadStream | undefined => {
  try {
    return new ReadStream(openSync('/dev/tty', 'r'))
  } catch {
    return undefined
  }
}

// Detail costs something on every system call, so it is for those who ask for this panel.
const withDetail =
  ({ panels = [] }: Options) =>
  (command: Command): Command => {
    if (command.cmd !== 'want') return command
    const probes = { ...command.probes }
    for (const panel of panels.map((id) => panelOf(id, SPECS)).filter(takesDetail))
      probes[panel.probe] = { ...probes[panel.probe], detail: true }
    return { ...command, probes }
  }

const withRecord = async (
  path: string | undefined,
  source: Source,
  go: (source: Source) => Promise<number>,
): Promise<number> => {
  if (path === undefined) return go(source)
  let recording: Source
  try {
    recording = await recordTo(path, source, streamMs)
  } catch (error) {
    await source.stop()
    return fail(fileProblem(path, error as NodeJS.ErrnoException), EXIT.failed)
  }
  return go(recording)
}
