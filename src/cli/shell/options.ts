// The options as shells and the manual need them: names, what they take, and where values come from.
import type { Command, Option } from 'commander'
import { CHECKLISTS } from '../../app/checklist/steps.ts'
import { TOOL_NAMES } from '../../model/tools/tools.ts'
import { allPanels } from '../../panels/registry.ts'
import { SPECS } from '../../engine/probes/registry.ts'
import { PROBES, THEMES } from '../../paths.ts'
import { themeNames } from '../../screen/theme.ts'
import { readdirSync } from 'node:fs'

/** What can stand behind an option: words known here, or what the shell finds when it is asked. */
export type Values =
  /** `list`: several with commas between; `files`: or one of these. */
  | { are: 'words'; words: readonly string[]; list?: boolean; files?: boolean }
  | { are: 'files' | 'processes' | 'pids' | 'cgroups' }

export interface OptionInfo {
  /** `-p`, `--pid`. */
  names: readonly string[]
  /** `<list>`; absent: it takes nothing. */
  value?: string
  help: string
  /** Absent: anything, nothing can be offered. */
  values?: Values
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

export const optionsOf = (command: Command): OptionInfo[] => {
  const help = (command as unknown as { _getHelpOption(): Option | null })._getHelpOption()
  const values = valuesByName()
  return [...command.options, ...(help ? [help] : [])].map(({ short, long, flags, description }): OptionInfo => {
    const names = [short, long].filter((name) => name !== undefined)
    const value = /[<[].*$/.exec(flags)?.[0]
    return { names, help: description, ...(value ? { value } : {}), ...(value ? { values: values[long ?? ''] } : {}) }
  })
}

const words = (list: readonly string[]): Values => ({ are: 'words', words: list })

const valuesByName = (): Readonly<Record<string, Values>> => ({
  '--pid': { are: 'pids' },
  '--comm': { are: 'processes' },
  '--cgroup': { are: 'cgroups' },
  '--output': { are: 'files' },
  '--record': { are: 'files' },
  '--replay': { are: 'files' },
  '--config': { are: 'files' },
  '--panels': { are: 'words', words: allPanels(SPECS).map(({ id }) => id), list: true },
  '--probe': { are: 'words', words: scriptNames(), files: true },
  '--tool': words(TOOL_NAMES),
  '--checklist': words(CHECKLISTS.map(({ id }) => id)),
  '--theme': words(themeNames(THEMES)),
  '--completion': words(SHELLS),
})

const scriptNames = (): string[] =>
  readdirSync(PROBES)
    .filter((file) => file.endsWith('.bt'))
    .map((file) => file.slice(0, -'.bt'.length))
    .sort()
