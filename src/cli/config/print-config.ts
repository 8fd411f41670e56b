// --print-config: every setting with its value and what it is for, to be saved as config.toml and changed there.
import { stringify } from 'smol-toml'
import { nameOfEntry } from '../../app/key-names.ts'
import { keyName, keysIn } from '../../app/keys/keymap.ts'
import { ALL_RULES } from '../../app/checklist/rules.ts'
import { GROUPINGS } from '../../app/grouped.ts'
import { NAMINGS } from '../../app/named.ts'
import type { Figure } from '../../app/rule.ts'
import { limitsText } from '../../app/verdict/verdict.ts'
import { OVERVIEW } from '../../panels/registry.ts'
import type { AnyPanel } from '../../panels/panel-types.ts'
import { tabValuesOf, type TabValue, type WRITTEN_TABLES } from './toml-tables.ts'
import { OUR_RULES, RULE_CLASSES } from '../../model/waits/class-rules.ts'
import { scaleOf, type Config, type Known } from './settings.ts'

const value = (of: unknown): string => stringify({ v: of }).slice('v = '.length).trim()

/** Where the sentence has another unit than the number. */
const UNITS: { [F in Figure]?: string } = { duration: '; in ms', byteRate: '; in bytes each second' }

/** Of each panel what was set, or commented out what it is without. */
const byPanel = (
  name: (typeof WRITTEN_TABLES)[number],
  config: Config,
  known: Known,
  usual: (panel: AnyPanel) => TabValue,
): string[] => {
  const own = tabValuesOf(config, name, known)
  return known.panels.map(
    (panel) => `${own[panel.id] ? '' : '# '}${panel.id} = ${inline(own[panel.id] ?? usual(panel))}`,
  )
}

const inline = (of: TabValue): string =>
  typeof of === 'object' && !Array.isArray(of)
    ? `{ ${Object.entries(of)
        .map(([tab, each]) => stringify({ [tab]: each }).trim())
        .join(', ')} }`
    : value(of)

export const printedConfig = (config: Config, known: Known): string => {
  const { panels, themes } = known
  const lines = [
    '# Settings of probetop: ~/.config/probetop/config.toml. What the command line says goes before.',
    '',
    `# Colours: ${themes.join(', ')}. Without it, what suits the terminal.`,
    `${config.theme === undefined ? '# ' : ''}theme = ${value(config.theme ?? 'dark')}`,
    '# Seconds between updates, 0.1 to 60.',
    `interval = ${(config.intervalMs ?? 1000) / 1000}`,
    '# The most that probes may take of all CPUs, in percent; 0: any.',
    `max-overhead = ${config.maxOverheadPercent ?? 5}`,
    '# The most memory that scripts may take together, in MB; 0: any.',
    `script-memory = ${config.scriptMb ?? 500}`,
    '# The mouse is ours; false: the terminal selects text with it. The key M changes it, too.',
    `mouse = ${config.mouse ?? true}`,
    `# Panels of the overview, in their places: ${panels.map(({ id }) => id).join(', ')}.`,
    `panels = ${value(config.panels ?? OVERVIEW)}`,
    '',
    `# Rows of processes added up: ${GROUPINGS.join(', ')}.`,
    `grouping = ${value(config.grouping ?? 'each')}`,
    `# What tables of processes say of each: ${NAMINGS.join(', ')}.`,
    `naming = ${value(config.naming ?? 'name')}`,
    '',
    '# The column a panel is sorted by, "up" behind it for the smallest first; by tab: runq = { all = "wait", cpus = "busy" }',
    '[sort]',
    ...byPanel('sort', config, known, (panel) => {
      const { column, descending } = panel.defaultSort(panel.modes[0]!.id)
      return `${column}${descending ? '' : ' up'}`
    }),
    '',
    '# The columns of a panel, in their order; user, group, container, parent and line for any table of processes.',
    '[columns]',
    ...byPanel('columns', config, known, (panel) => panel.columns(panel.modes[0]!.id, true).map(({ id }) => id)),
    '',
    '# How wide columns are, where not as wide as what they hold needs (a star in the menu o).',
    '[widths]',
    ...byPanel('widths', config, known, (panel) => {
      const { id, width } = panel.columns(panel.modes[0]!.id, true)[1]!
      return [`${id} ${width ?? 10}`]
    }),
    '',
    '# From where on something stands out, and is bad: in percent, each second or a number, if nothing else is said; over',
    '# so many seconds.',
    ...ALL_RULES.flatMap((rule) => {
      const own = config.thresholds?.[rule.id]
      const { warn, bad, overMs, figure } = { ...rule, ...own }
      return [
        `# ${rule.looksAt}: ${limitsText(rule)}${UNITS[figure] ?? ''}`,
        `[verdict.${rule.id}]`,
        `warn = ${warn / scaleOf(figure)}`,
        `bad = ${bad / scaleOf(figure)}`,
        `over = ${overMs / 1000}`,
      ]
    }),
    '',
    '# What time is spent in, by rule: a call; S (asleep) or D (uninterruptible); "in" a function of the kernel where it waits;',
    '# "of" a name of threads or processes. * is anything, | between several. The first that fits counts, yours before ours:',
    `# classes are ${RULE_CLASSES.join(', ')}.`,
    '[classes]',
    ...(config.classRules ?? []).map((rule) => `${value(rule.text)} = ${value(rule.class)}`),
    '# "futex of nginx|java" = "idle"',
    '# "* in my_driver_*" = "disk"',
    '# Ours; what a descriptor or a lock is says more than its call:',
    ...OUR_RULES.map((rule) => `# ${value(rule.text)} = ${value(rule.class)}`),
    '',
    '# Keys: x, F5, Ctrl-X, Space; several in a list. Two of them for one key are refused,',
    '# and so is a character where text is typed (filter, line, picker, palette).',
    '[keys]',
    ...keysIn({ keys: config.keys }).flatMap((entry) => {
      const name = nameOfEntry(entry)
      const keys = entry.keys.map((key) => keyName(key))
      return [
        `# ${entry.help}`,
        `${config.keys?.[name] ? '' : '# '}${name} = ${value(keys.length === 1 ? keys[0] : keys)}`,
      ]
    }),
  ]
  return `${lines.join('\n')}\n`
}
