// A source shown: on the screen, as batch output, or as a checklist that is gone through; each answers with an exit code.
import type { ChecklistId } from '../app/checklist-types.ts'
import type { Settings } from '../app/kept.ts'
import type { AppState } from '../app/state-types.ts'
import { OVERVIEW } from '../panels/registry.ts'
import type { Environment } from '../screen/environment.ts'
import type { ScreenOptions } from '../screen/run-screen.ts'
import type { ThemeLibrary } from '../screen/theme.ts'
import { warn } from '../source/say.ts'
import { escapeJson, sanitizeLines } from '../stream/harmless.ts'
import type { Command, Source } from '../stream/stream-types.ts'
import type { Options } from './options.ts'
import { fileProblem, openOutput, type Output } from './output.ts'
import { readLibrary } from './script-files.ts'

export const EXIT = { failed: 1, usage: 2, cannotProbe: 4 } as const

/** What is to be shown, and how. */
export interface Plan {
  options: Options
  environment: Environment
  state: AppState
  themes: ThemeLibrary
  keepSettings(settings: Settings): Promise<string[]>
  isScreen: boolean
  /** Where keys come from. */
  keys: NodeJS.ReadStream | undefined
}

/** Says it, too. */
export const fail = (line: string, exitCode: number): number => {
  warn(line)
  return exitCode
}

export const screen = async (
  { options, environment, state, themes, keepSettings, keys }: Plan,
  source: Source,
  commands: readonly Command[],
  live: Pick<ScreenOptions, 'nowMs' | 'banner' | 'turns' | 'player'>,
): Promise<number> => {
  const { runScreen } = await import('../screen/run-screen.ts')
  const { exitCode, lines } = await runScreen({
    source,
    state,
    environment,
    themes,
    keepSettings,
    count: options.count,
    commands,
    ...(keys && { input: keys }),
    ...live,
  })
  for (const line of lines.flatMap((text) => text.split('\n'))) warn(line)
  return exitCode
}

/** Where what is printed goes; or the exit code, where that cannot be opened. */
const outputOf = async (
  { outputFile, output }: Options,
  source: Source,
  { onClosed, onError }: { onClosed(): void; onError(error: Error): void },
): Promise<Output | number> => {
  try {
    return openOutput(outputFile, output === 'json' ? escapeJson : sanitizeLines, onClosed, onError)
  } catch (error) {
    await source.stop()
    return fail(fileProblem(outputFile!, error as NodeJS.ErrnoException), EXIT.failed)
  }
}

/** Nothing but its own probes run. */
export const checklist = async ({ options, state }: Plan, which: ChecklistId, source: Source): Promise<number> => {
  const library = readLibrary()
  const { runChecklist } = await import('./checklist.ts')
  const output = await outputOf(options, source, {
    onClosed: () => {},
    onError: (error) => warn(`cannot write: ${error.message}`),
  })
  if (typeof output === 'number') return output
  return runChecklist({
    source,
    state: { ...state, panels: [], library: () => library },
    which,
    as: options.output === 'json' ? 'json' : 'text',
    output,
    say: (line) => warn(sanitizeLines(line)),
  })
}

export const batch = async (
  { options, environment }: Plan,
  source: Source,
  commands: readonly Command[],
  onSourceEnd?: (listener: () => void) => void,
): Promise<number> => {
  const { runBatch } = await import('./batch.ts')
  let end: (exitCode: number) => void = () => {}
  const output = await outputOf(options, source, {
    onClosed: () => end(0),
    onError: (error) => {
      warn(`cannot write${options.outputFile === undefined ? '' : ` ${options.outputFile}`}: ${error.message}`)
      end(EXIT.failed)
    },
  })
  if (typeof output === 'number') return output
  const running = runBatch({
    source,
    output,
    commands,
    warn,
    as: options.output === 'json' ? 'json' : 'text',
    panels: options.panels ?? OVERVIEW,
    brought: options.replay !== undefined && options.panels === undefined,
    only: options.only,
    count: options.count,
    unicode: environment.unicode,
  })
  end = running.end
  onSourceEnd?.(() => running.end(0))
  return running.done
}
