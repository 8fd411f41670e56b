// Chooses what to run: screen or batch, live, a recording, or the bundled recording where nothing can be probed; and
// answers with an exit code and one line when something stands in the way.
import { initialState, wantedCommands, wantedProbes, type AppState } from '../app/state.ts'
import { SPECS } from '../engine/probes/registry.ts'
import { OVERVIEW } from '../panels/registry.ts'
import { THEMES } from '../paths.ts'
import { detectEnvironment, type Environment } from '../screen/environment.ts'
import { ThemeError, loadTheme, themeNames } from '../screen/theme.ts'
import { streamMs } from '../source/clock.ts'
import { warn } from '../source/say.ts'
import { recordTo } from '../source/record.ts'
import { escapeJson, sanitizeLines } from '../stream/harmless.ts'
import type { Command, Source } from '../stream/types.ts'
import { chooseTheme } from './choose-theme.ts'
import { startLive } from './live.ts'
import type { Options } from './options.ts'
import { fileProblem, openOutput, type Output } from './output.ts'
import { openDemo, openReplay, type Playable } from './playback.ts'
import { missingCgroup, missingProcess } from './processes.ts'

const EXIT = { failed: 1, usage: 2, cannotProbe: 4, badRecording: 5 } as const

interface Plan {
  options: Options
  environment: Environment
  state: AppState
  isScreen: boolean
}

/** Resolves to the exit code. */
export const run = async (options: Options): Promise<number> => {
  const environment = detectEnvironment(process.env, { noColour: options.noColour, ascii: options.ascii })
  const isTerminal = Boolean(process.stdin.isTTY && process.stdout.isTTY)
  const isScreen = options.output === 'auto' && isTerminal && environment.addressable
  const theme = chooseTheme(options.theme, environment)
  try {
    loadTheme(THEMES, theme)
  } catch (error) {
    if (error instanceof ThemeError) return fail(error.message, EXIT.usage)
    throw error
  }
  const state = initialState({
    panels: options.panels,
    specs: options.replay === undefined ? SPECS : [],
    only: options.only,
    theme,
    themes: themeNames(THEMES),
    intervalMs: options.intervalMs,
    replay: options.replay !== undefined,
  })
  const plan: Plan = { options, environment, state, isScreen }
  return options.replay === undefined ? runLive(plan, isTerminal) : runReplay(plan, options.replay)
}

const runLive = async (plan: Plan, isTerminal: boolean): Promise<number> => {
  const { options, state, isScreen } = plan
  const missing =
    process.platform === 'linux' ? (missingProcess(options.pids) ?? missingCgroup(options.cgroup)) : undefined
  if (missing) return fail(missing, EXIT.usage)
  const live = await startLive(
    {
      intervalMs: options.intervalMs,
      probes: wantedProbes(state),
      fullFirst: !isScreen,
      maxOverheadPercent: options.maxOverheadPercent,
    },
    isTerminal,
  )
  if ('why' in live) {
    const words = `${live.why}. ${live.mend}`
    if (!isScreen) return fail(`cannot probe: ${words}   (details: probetop --check)`, EXIT.cannotProbe)
    const demo = await openDemo(live)
    return demo ? play(plan, demo) : fail(`cannot probe: ${words}`, EXIT.cannotProbe)
  }
  // The calls of a selection are told apart from the start
  const commands = wantedCommands(state).filter(
    (command) => command.cmd === 'target' || (command.cmd === 'detail' && command.on),
  )
  return withRecord(options.record, live.source, (source) =>
    isScreen
      ? screen(plan, source, commands, { nowMs: streamMs })
      : batch(plan, source, [...commands, ...detail(options)]),
  )
}

const runReplay = async (plan: Plan, path: string): Promise<number> => {
  const opened = await openReplay(path, plan.isScreen ? 'recorded' : 'fast')
  return 'problem' in opened ? fail(`cannot replay ${path}: ${opened.problem}`, EXIT.badRecording) : play(plan, opened)
}

const play = (plan: Plan, { source, banner, onEnd }: Playable): Promise<number> => {
  const replaying: Plan = { ...plan, state: { ...plan.state, replay: true } }
  return plan.isScreen
    ? screen(replaying, source, [], { nowMs: source.nowMs, banner })
    : batch(replaying, source, [], onEnd)
}

const screen = async (
  { options, environment, state }: Plan,
  source: Source,
  commands: readonly Command[],
  clock: { nowMs(): number; banner?(): string | undefined },
): Promise<number> => {
  const { runScreen } = await import('../screen/run.ts')
  const { exitCode, lines } = await runScreen({
    source,
    state,
    environment,
    themesFolder: THEMES,
    count: options.count,
    commands,
    ...clock,
  })
  for (const line of lines) warn(line)
  return exitCode
}

const batch = async (
  { options, environment }: Plan,
  source: Source,
  commands: readonly Command[],
  onSourceEnd?: (listener: () => void) => void,
): Promise<number> => {
  const { runBatch } = await import('./batch.ts')
  let end: (exitCode: number) => void = () => {}
  let output: Output
  try {
    output = openOutput(
      options.outputFile,
      options.output === 'json' ? escapeJson : sanitizeLines,
      () => end(0),
      (error) => {
        warn(`cannot write${options.outputFile === undefined ? '' : ` ${options.outputFile}`}: ${error.message}`)
        end(EXIT.failed)
      },
    )
  } catch (error) {
    await source.stop()
    return fail(fileProblem(options.outputFile!, error as NodeJS.ErrnoException), EXIT.failed)
  }
  const running = runBatch({
    source,
    output,
    commands,
    warn,
    as: options.output === 'json' ? 'json' : 'text',
    panels: options.panels ?? OVERVIEW,
    only: options.only,
    count: options.count,
    unicode: environment.unicode,
  })
  end = running.end
  onSourceEnd?.(() => running.end(0))
  return running.done
}

// Detail costs something on every system call, so it is for those who ask for this panel.
const detail = ({ panels }: Options): Command[] => (panels?.includes('syscalls') ? [{ cmd: 'detail', on: true }] : [])

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

const fail = (line: string, exitCode: number): number => {
  warn(line)
  return exitCode
}
