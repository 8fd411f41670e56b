// --print-config: every setting with its value and what it is for, to be saved as config.toml and changed there.
import { stringify } from 'smol-toml'
import { nameOfEntry } from '../../app/key-names.ts'
import { keyName, keysIn } from '../../app/keymap.ts'
import { ALL_RULES } from '../../app/checklist/rules.ts'
import { limitsText } from '../../app/verdict/verdict.ts'
import { OVERVIEW } from '../../panels/registry.ts'
import { scaleOf, type Config, type Known } from './settings.ts'

const value = (of: unknown): string => stringify({ v: of }).slice('v = '.length).trim()

export const printedConfig = (config: Config, { panels, themes }: Known): string => {
  const lines = [
    '# Settings of probetop: ~/.config/probetop/config.toml. What the command line says goes before.',
    '',
    `# Colours: ${themes.join(', ')}. Without it, what suits the terminal.`,
    `${config.theme === undefined ? '# ' : ''}theme = ${value(config.theme ?? 'dark')}`,
    '# Seconds between updates, 0.1 to 60.',
    `interval = ${(config.intervalMs ?? 1000) / 1000}`,
    '# The most that kernel programs may take of all CPUs, in percent; 0: any.',
    `max-overhead = ${config.maxOverheadPercent ?? 5}`,
    `# Panels of the overview, in their places: ${panels.map(({ id }) => id).join(', ')}.`,
    `panels = ${value(config.panels ?? OVERVIEW)}`,
    '',
    '# The column a panel is sorted by at first, "up" behind it for the smallest first.',
    '[sort]',
    ...panels.map((panel) => {
      const own = config.sorts?.[panel.id]
      const { column, descending } = own ?? panel.defaultSort(panel.modes[0]!.id)
      return `${own ? '' : '# '}${panel.id} = ${value(`${column}${descending ? '' : ' up'}`)}`
    }),
    '',
    '# From where on something stands out: percent, ms, per second or a number; over so many seconds.',
    ...ALL_RULES.flatMap((rule) => {
      const own = config.thresholds?.[rule.id]
      const { warn, bad, overMs, figure } = { ...rule, ...own }
      return [
        `# ${rule.looksAt}: ${limitsText(rule)}`,
        `[verdict.${rule.id}]`,
        `warn = ${warn / scaleOf(figure)}`,
        `bad = ${bad / scaleOf(figure)}`,
        `over = ${overMs / 1000}`,
      ]
    }),
    '',
    '# Keys: x, F5, Ctrl-X, Space; several in a list. Two of them for one key are refused.',
    '[keys]',
    ...keysIn({ keys: config.keys }).flatMap((entry) => {
      const name = nameOfEntry(entry)
      const keys = entry.keys.map((key) => keyName(key))
      return name === undefined
        ? []
        : [
            `# ${entry.help}`,
            `${config.keys?.[name] ? '' : '# '}${name} = ${value(keys.length === 1 ? keys[0] : keys)}`,
          ]
    }),
  ]
  return `${lines.join('\n')}\n`
}
