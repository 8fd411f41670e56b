// The screen's life: opens the terminal, draws the first frame before there is any data, runs until told to end (by a
// key, a signal, a crash or a vanished terminal), stops the source and gives the terminal back.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Settings } from '../app/kept.ts'
import type { AppState } from '../app/state-types.ts'
import { createStore } from '../model/store.ts'
import { groupTicks } from '../stream/ticks.ts'
import type { Player } from '../source/player.ts'
import type { Command, Source } from '../stream/stream-types.ts'
import { createAnswers, type Asked } from './terminal-answers.ts'
import { ALL_COLOURS } from './colours.ts'
import { createController } from './controller.ts'
import { watchCost } from './own-cost.ts'
import type { Environment } from './environment.ts'
import { jobControl } from './job-control.ts'
import { holdOutput } from './silence.ts'
import { exitCodeOf, onEnd } from './signals.ts'
import type { ThemeLibrary } from './theme.ts'
import { ALL, LIGHT } from './questions.ts'
import { openTerminal, type TerminalStreams } from './terminal.ts'
import { settleLater } from '../source/settled.ts'

export interface ScreenOptions {
  source: Source
  state: AppState
  environment: Environment
  themes: ThemeLibrary
  /** Wall clock, or the recording's. */
  nowMs(): number
  banner?(): string | undefined
  /** Writes the user's configuration; gives the words for what went where. */
  keepSettings?(settings: Settings): Promise<string[]>
  /** Of a machine that may be busy: the session goes first while the screen is there. */
  turns?: { first(): void; back(): void }
  /** Of a recording; the source itself. */
  player?: Player
  /** End after so many intervals. */
  count?: number
  /** Told to the source at the start, beyond what it was started with. */
  commands?: readonly Command[]
  /** Where keys come from, if not from standard input. */
  input?: NodeJS.ReadStream
  streams?: TerminalStreams
}

/** What is to be said on stderr once the terminal is the user's again. */
export interface ScreenEnd {
  exitCode: number
  lines: string[]
}

const STOP_MS = 2800
/** What the terminal still says then would be typed into the shell. */
const ANSWER_MS = 100
const IDLE_MS = 1000
/** No frame stands longer without being looked at. */
const MOST_STILL_MS = 2200
const COST_MS = 10_000
const LAST_WARNINGS = 5

export const runScreen = async (options: ScreenOptions): Promise<ScreenEnd> => {
  const { source, turns, streams = { input: options.input ?? process.stdin, output: process.stdout } } = options
  const store = createStore()
  const reports: string[] = []
  let end: (exitCode: number) => void = () => {}
  const ended = new Promise<number>((resolve) => {
    end = resolve
  })
  onEnd((exitCode) => end(exitCode))

  settleLater()
  const quiet = holdOutput()
  const { answers, light, colours } = options.environment
  const asked: Asked[] = [
    ...(answers.colours && colours < ALL_COLOURS
      ? [{ question: ALL, hear: (isAll: boolean) => isAll && controller.allColours() }]
      : []),
    ...(answers.light && options.state.suits && light === undefined
      ? [{ question: LIGHT, hear: (isLight: boolean) => controller.ground(isLight) }]
      : []),
  ]
  const questions = asked.length > 0 ? createAnswers(streams, asked) : undefined
  const terminal = openTerminal({ ...streams, ...(questions && { keys: questions.keys }) })
  questions?.ask()
  turns?.first()
  const jobs = jobControl(
    terminal,
    () => turns?.back(),
    () => {
      turns?.first()
      controller.resized()
    },
  )
  const crash = (error: unknown): void => {
    terminal.restore()
    reports.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
    end(1)
  }
  const unguard = guard(streams, (exitCode) => end(exitCode), crash)
  const controller = createController({
    ...options,
    store,
    terminal,
    quit: () => end(0),
    suspend: jobs.suspend,
    report: (line) => void reports.push(line),
  })
  terminal.onKey(controller.press, controller.isTyping)
  terminal.onMouse(controller.point)
  if (options.state.mouse) terminal.mouse(true)
  terminal.onResize(controller.resized)
  terminal.onReady(controller.draw)
  attempt(crash, () => {
    controller.resized()
    controller.draw()
  })

  let ticksLeft = options.count ?? Infinity
  const ticks = groupTicks(() => {
    if (--ticksLeft <= 0) end(0)
  })
  source.start((message) => {
    controller.add(message)
    if (options.count !== undefined) ticks.add(message)
  }, controller.drained)
  for (const command of options.commands ?? []) source.send(command)
  // Ages and silence show even when nothing comes in; but not just before the frame of an interval as long as this.
  let idle: NodeJS.Timeout
  const drawIdle = (): void => {
    if (controller.sinceFrameMs() > IDLE_MS * 1.2) controller.draw()
    idle = setTimeout(drawIdle, Math.max(IDLE_MS, MOST_STILL_MS - controller.sinceFrameMs()))
  }
  idle = setTimeout(drawIdle, IDLE_MS)
  const stopCost = watchCost(process.pid, COST_MS, controller.setCost)

  const exitCode = await ended
  clearTimeout(idle)
  stopCost()
  await Promise.race([
    Promise.all([source.stop(), controller.stop(), questions?.settled(ANSWER_MS)]).catch(() => {}),
    sleep(STOP_MS),
  ])
  // On a later turn: leaving blessed inside a signal handler would end the process with 0.
  await nextTurn()
  terminal.restore()
  const hears = await terminal.drained()
  jobs.end()
  unguard()
  const warnings = store
    .logs(200)
    .filter(({ level }) => level !== 'info')
    .slice(-LAST_WARNINGS)
    .map(({ text }) => text)
  const lines = [...quiet.end(), ...warnings, ...reports]
  // a word to a terminal that does not read would never end
  return { exitCode, lines: hears ? lines : [] }
}

const attempt = (onError: (error: unknown) => void, work: () => void): void => {
  try {
    work()
  } catch (error) {
    onError(error)
  }
}

// What ends the screen without being asked for: a mistake of ours, and a terminal that has gone.
const guard = (
  { input, output }: TerminalStreams,
  end: (exitCode: number) => void,
  crash: (error: unknown) => void,
): (() => void) => {
  const hangUp = (): void => end(exitCodeOf('SIGHUP'))
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
  input.on('end', hangUp)
  // These stay: a terminal that has gone fails at the last writes, too.
  input.on('error', hangUp)
  output.on('error', hangUp)
  return () => {
    process.removeListener('uncaughtException', crash)
    process.removeListener('unhandledRejection', crash)
    input.removeListener('end', hangUp)
  }
}
