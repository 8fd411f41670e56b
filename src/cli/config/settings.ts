// The settings of config.toml, as a table: what each may be, what it is when nothing is said, and the words for it.
import { columnsOfTab } from '../../app/column-choice.ts'
import { leastWidth, WIDTHS } from '../../app/table/columns.ts'
import { GROUPINGS } from '../../app/grouped.ts'
import type { Settings } from '../../app/kept.ts'
import type { Tabs, TabState } from '../../app/state-types.ts'
import { parseKey, remap } from '../../app/key-names.ts'
import { KEYS } from '../../app/keys/keymap.ts'
import { NAMINGS } from '../../app/named.ts'
import { nearestWord } from '../../app/nearest.ts'
import { ALL_RULES } from '../../app/checklist/rules.ts'
import { MOST_RULES, RULE_CLASSES, ruleProblem, type ClassRule } from '../../model/waits/class-rules.ts'
import type { Column, PanelId, AnyPanel } from '../../panels/panel-types.ts'
import { MAX_INTERVAL_MS, MIN_INTERVAL_MS } from '../../stream/commands.ts'

export type Config = { -readonly [K in keyof Settings]: Settings[K] }

/** A setting by its place in the file, `verdict.backlog.warn`, and what is wrong with it. */
interface Problem {
  path: readonly string[]
  why: string
}

export interface Known {
  panels: readonly AnyPanel[]
  themes: readonly string[]
}

type Table = Record<string, unknown>

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

const SETTINGS =
  'theme interval max-overhead script-memory mouse panels grouping naming sort columns widths keys verdict classes'.split(
    ' ',
  )

/** What can be used of a file, and what cannot. */
export const configOf = (file: Table, known: Known): { config: Config; problems: Problem[] } => {
  const config: Config = {}
  const problems: Problem[] = []
  const refuse = (path: readonly string[], why: string): void => void problems.push({ path, why })
  const one = (path: readonly string[], word: unknown, words: readonly string[], what: string): string | undefined => {
    if (typeof word === 'string' && words.includes(word)) return word
    refuse(path, noSuch(what, word, words))
    return undefined
  }
  const number = (path: readonly string[], value: unknown, least: number, most: number): number | undefined => {
    if (typeof value === 'number' && value >= least && value <= most) return value
    refuse(path, `is no number from ${least} ${most === Number.MAX_SAFE_INTEGER ? 'on' : `to ${most}`}`)
    return undefined
  }
  const table = (path: readonly string[], value: unknown): [string, unknown][] => {
    if (isTable(value)) return Object.entries(value)
    refuse(path, `is no table: write [${path.join('.')}] on a line of its own`)
    return []
  }
  const panelIds = known.panels.map(({ id }) => id)

  for (const [name, value] of Object.entries(file)) {
    const path = [name]
    switch (name) {
      case 'theme':
        config.theme = one(path, value, known.themes, 'theme')
        if (config.theme === undefined) delete config.theme
        break
      case 'interval': {
        const seconds = number(path, value, MIN_INTERVAL_MS / 1000, MAX_INTERVAL_MS / 1000)
        if (seconds !== undefined) config.intervalMs = Math.round(seconds * 1000)
        break
      }
      case 'max-overhead':
        config.maxOverheadPercent = number(path, value, 0, 100)
        if (config.maxOverheadPercent === undefined) delete config.maxOverheadPercent
        break
      case 'script-memory': {
        const mb = number(path, value, 0, 999_999)
        if (mb !== undefined) config.scriptMb = Math.round(mb)
        break
      }
      case 'mouse':
        if (typeof value === 'boolean') config.mouse = value
        else refuse(path, 'is neither true nor false')
        break
      case 'panels': {
        if (!Array.isArray(value)) {
          refuse(path, 'is no list, such as ["runq", "offcpu"]')
          break
        }
        const ids = value.flatMap((id) => one(path, id, panelIds, 'panel') ?? [])
        if (ids.length > 0) config.panels = [...new Set(ids)]
        break
      }
      case 'grouping':
      case 'naming': {
        const found = one(path, value, name === 'naming' ? NAMINGS : GROUPINGS, name)
        if (found !== undefined) Object.assign(config, { [name]: found })
        break
      }
      case 'sort':
      case 'columns':
      case 'widths':
        for (const [panel, given] of table(path, value)) {
          const found = known.panels.find(({ id }) => id === panel)
          if (!found) {
            refuse([name, panel], noSuch('panel', panel, panelIds))
            continue
          }
          const modes = found.modes.map(({ id }) => id)
          // of its first tab, or of each by name
          for (const [mode, own] of isTable(given) ? Object.entries(given) : [[modes[0]!, given] as const]) {
            const at = isTable(given) ? [name, panel, mode] : [name, panel]
            if (one(at, mode, modes, 'tab') === undefined) continue
            const tab = tabOf(name, found, mode, own, (why) => refuse(at, why))
            if (tab) config.tabs = withTab(config.tabs, panel, mode, tab)
          }
        }
        break
      case 'keys': {
        const overrides: Record<string, string[]> = {}
        for (const [action, given] of table(path, value)) {
          const keys = Array.isArray(given) ? given : [given]
          const parsed = keys.map((key) => (typeof key === 'string' ? parseKey(key) : undefined))
          const wrong = parsed.indexOf(undefined)
          if (wrong >= 0)
            refuse([name, action], `${JSON.stringify(keys[wrong])} is no key: such as x, F5, Ctrl-X, Space`)
          else overrides[action] = parsed as string[]
        }
        const { problems: clashes } = remap(KEYS, overrides)
        for (const clash of clashes) {
          delete overrides[clash.name]
          refuse([name, clash.name], clash.why)
        }
        if (Object.keys(overrides).length > 0) config.keys = overrides
        break
      }
      case 'verdict':
        for (const [id, limits] of table(path, value)) {
          const rule = ALL_RULES.find((each) => each.id === id)
          if (!rule) {
            refuse(
              [name, id],
              noSuch(
                'rule',
                id,
                ALL_RULES.map((each) => each.id),
              ),
            )
            continue
          }
          for (const [field, limit] of table([name, id], limits)) {
            const at = [name, id, field]
            const of = one(at, field, ['warn', 'bad', 'over'], 'threshold')
            if (of === undefined) continue
            const given = number(at, limit, of === 'over' ? 0.1 : 0, of === 'over' ? 600 : Number.MAX_SAFE_INTEGER)
            if (given === undefined) continue
            const own = of === 'over' ? { overMs: given * 1000 } : { [of]: given * scaleOf(rule.figure) }
            config.thresholds = { ...config.thresholds, [id]: { ...config.thresholds?.[id], ...own } }
          }
        }
        break
      case 'classes': {
        const rules = table(path, value).flatMap(([text, of]) =>
          classRule(text, of, (why) => refuse([name, text], why)),
        )
        if (rules.length > MOST_RULES) refuse(path, `has more than ${MOST_RULES} rules; the first of them hold`)
        if (rules.length > 0) config.classRules = rules.slice(0, MOST_RULES)
        break
      }
      default:
        refuse(path, noSuch('setting', name, SETTINGS))
    }
  }
  return { config, problems }
}

const classRule = (text: string, of: unknown, refuse: (why: string) => void): ClassRule[] => {
  const found = RULE_CLASSES.find((each) => each === of)
  const why = ruleProblem(text) ?? (found ? undefined : noSuch('class', of, RULE_CLASSES))
  if (why !== undefined) refuse(why)
  return found && why === undefined ? [{ text, class: found }] : []
}

/** Durations are given in ms. */
export const scaleOf = (figure: (typeof ALL_RULES)[number]['figure']): number => (figure === 'duration' ? 1e6 : 1)

const withTab = (tabs: Tabs = {}, panel: PanelId, mode: string, tab: TabState): Tabs => ({
  ...tabs,
  [panel]: { ...tabs[panel], [mode]: { ...tabs[panel]?.[mode], ...tab } },
})

/** By its id, or as the screen calls it. */
export const columnIn = (all: readonly Column[], word: unknown): Column | undefined =>
  all.find(({ id, title }) => id === word || title.toLowerCase() === String(word).toLowerCase())

const tabOf = (
  name: 'sort' | 'columns' | 'widths',
  panel: AnyPanel,
  mode: string,
  given: unknown,
  refuse: (why: string) => void,
): TabState | undefined => {
  const all = columnsOfTab(panel, mode)
  const find = (word: unknown): Column | undefined => {
    const found = columnIn(all, word)
    if (!found) refuse(noSuch('column', word, [...new Set(all.map(({ id }) => id))]))
    return found
  }
  if (name === 'columns') {
    if (!Array.isArray(given)) return void refuse('is no list, such as ["pid", "command"]')
    const columns = [...new Set(given.flatMap((word) => find(word)?.id ?? []))]
    return columns.length > 0 ? { columns } : undefined
  }
  if (name === 'widths') {
    if (!Array.isArray(given)) return void refuse('is no list, such as ["command 30"]')
    const widths = Object.fromEntries(
      given.flatMap((words): [string, number][] => {
        const [word, width] = typeof words === 'string' ? words.split(' ') : [words]
        const column = find(word)
        if (!column) return []
        const [least, wide] = [leastWidth(column), Number(width)]
        if (Number.isInteger(wide) && wide >= least && wide <= WIDTHS.most) return [[column.id, wide]]
        refuse(`${JSON.stringify(words)?.slice(0, 60)}: a width of ${column.id} is ${least} to ${WIDTHS.most}`)
        return []
      }),
    )
    return Object.keys(widths).length > 0 ? { widths } : undefined
  }
  const [word = '', order] = typeof given === 'string' ? given.split(' ') : []
  const column = find(word === '' ? given : word)
  return (
    column && {
      sort: {
        column: column.id,
        descending: order === undefined ? column.kind !== 'text' && column.kind !== 'id' : order !== 'up',
      },
    }
  )
}

/** More are no help any more. */
const MOST_NAMED = 30

const noSuch = (what: string, word: unknown, words: readonly string[]): string => {
  const near = typeof word === 'string' ? nearestWord(word, words) : undefined
  const all = words.length > MOST_NAMED ? '; --print-config has all there are' : `: there are ${words.join(', ')}`
  return `no ${what} ${JSON.stringify(word)?.slice(0, 60)}${near ? `, did you mean ${near}?` : all}`
}
