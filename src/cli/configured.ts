// The configuration under the command line: what was given there goes before.
import { isDeepStrictEqual } from 'node:util'
import { SPECS } from '../engine/probes/registry.ts'
import type { Settings } from '../app/kept.ts'
import { allPanels } from '../panels/registry.ts'
import { say, warn } from '../source/say.ts'
import type { Options } from './options.ts'
import { printedConfig } from './config/print-config.ts'
import { configFile, readConfig } from './config/read.ts'
import type { Config, Known } from './config/settings.ts'
import { readThemes, type Themes } from './config/themes.ts'

const known = (themes: Themes): Known => ({ panels: allPanels(SPECS), themes: themes.names })

export interface Configured {
  options: Options
  config: Config
  themes: Themes
  /** What is wrong in the file, and in the user's themes. */
  problems: string[]
  /** Into the file it was read from; gives the words for what went where. */
  keep(settings: Settings): Promise<string[]>
}

/** Throws Error where the file of --config cannot be read. */
export const configured = (options: Options): Configured => {
  const themes = readThemes()
  const { config, problems } = readConfig(options.config, known(themes))
  const { unsaid } = options
  // as long as it is known who called sudo
  const file = configFile(options.config)
  return {
    keep: async (settings) => {
      if (file === undefined) throw new Error('nobody knows where your home is')
      return (await import('./config/write.ts')).keepSettings(file, withoutGiven(settings, options), known(themes))
    },
    config,
    themes,
    problems: [...problems, ...themes.problems],
    options: {
      ...options,
      intervalMs: unsaid.interval ? (config.intervalMs ?? options.intervalMs) : options.intervalMs,
      maxOverheadPercent: unsaid.maxOverhead
        ? (config.maxOverheadPercent ?? options.maxOverheadPercent)
        : options.maxOverheadPercent,
      scriptMb: unsaid.scriptMemory ? (config.scriptMb ?? options.scriptMb) : options.scriptMb,
      mouse: options.mouse && (config.mouse ?? true),
      panels: options.panels ?? (options.probes.length > 0 ? undefined : config.panels && [...config.panels]),
      theme: options.theme ?? config.theme,
    },
  }
}

/** What the command line says is for this run alone, unless keys have changed it since. */
const withoutGiven = (settings: Settings, { unsaid, ...options }: Options): Settings => {
  const given: Settings = {
    ...(unsaid.interval ? {} : { intervalMs: options.intervalMs }),
    ...(unsaid.maxOverhead ? {} : { maxOverheadPercent: options.maxOverheadPercent }),
    ...(options.mouse ? {} : { mouse: false }),
    ...(options.panels ? { panels: options.panels } : {}),
    ...(options.theme === undefined ? {} : { theme: options.theme }),
  }
  return Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => !isDeepStrictEqual(value, given[name as keyof Settings])),
  )
}

/** All of it, with what is wrong in the file beside it: this is how one asks. Answers with an exit code. */
export const sayConfig = (options: Options): number => {
  try {
    const { config, themes, problems } = configured(options)
    for (const problem of problems) warn(problem)
    say(printedConfig(config, known(themes)))
    return 0
  } catch (error) {
    warn((error as Error).message)
    return 2
  }
}
