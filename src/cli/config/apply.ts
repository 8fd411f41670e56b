// The configuration under the command line: what was given there goes before.
import { SPECS } from '../../engine/probes/registry.ts'
import { allPanels } from '../../panels/registry.ts'
import type { Options } from '../options.ts'
import { printedConfig } from './print.ts'
import { readConfig } from './read.ts'
import type { Config, Known } from './settings.ts'
import { readThemes, type Themes } from './themes.ts'

const known = (themes: Themes): Known => ({ panels: allPanels(SPECS), themes: themes.names })

export interface Configured {
  options: Options
  config: Config
  themes: Themes
  /** What is wrong in the file, and in the user's themes. */
  problems: string[]
}

/** Throws Error where the file of --config cannot be read. */
export const configured = (options: Options): Configured => {
  const themes = readThemes()
  const { config, problems } = readConfig(options.config, known(themes))
  const { unsaid } = options
  return {
    config,
    themes,
    problems: [...problems, ...themes.problems],
    options: {
      ...options,
      intervalMs: unsaid.interval ? (config.intervalMs ?? options.intervalMs) : options.intervalMs,
      maxOverheadPercent: unsaid.maxOverhead
        ? (config.maxOverheadPercent ?? options.maxOverheadPercent)
        : options.maxOverheadPercent,
      panels: options.panels ?? (options.probes.length > 0 ? undefined : config.panels),
      theme: options.theme ?? config.theme,
    },
  }
}

export const printConfig = (options: Options): string => {
  const { config, themes } = configured(options)
  return printedConfig(config, known(themes))
}
