// The configuration under the command line: what was given there goes before.
import { SPECS } from '../../engine/probes/registry.ts'
import { allPanels } from '../../panels/registry.ts'
import { THEMES } from '../../paths.ts'
import { themeNames } from '../../screen/theme.ts'
import type { Options } from '../options.ts'
import { printedConfig } from './print.ts'
import { readConfig } from './read.ts'
import type { Config, Known } from './settings.ts'

const known = (): Known => ({ panels: allPanels(SPECS), themes: themeNames(THEMES) })

export interface Configured {
  options: Options
  config: Config
  /** What is wrong in the file. */
  problems: string[]
}

/** Throws Error where the file of --config cannot be read. */
export const configured = (options: Options): Configured => {
  const { config, problems } = readConfig(options.config, known())
  const { unsaid } = options
  return {
    config,
    problems,
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

export const printConfig = (options: Options): string => printedConfig(configured(options).config, known())
