// Themes: JSON files that give each role its colours, as `foreground [on background] [bold] [underline] [reverse]`;
// `background` is for the roles that name none. Checked against the list of roles when read; turned into the
// attribute numbers blessed keeps in its cells. `heat` are colours as #rrggbb for terminals that have all.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nearestWord } from '../app/nearest.ts'
import { HEAT_STEPS } from '../app/app-types.ts'
import { ROLES, type Role } from '../panels/panel-types.ts'
import { attributeOf, BOLD, plainWith, REVERSE, UNDERLINE, type Style } from './attributes.ts'
import { ALL_COLOURS, DEFAULT_COLOUR, parseColour, reduceColour } from './colours.ts'
import { rampOf } from './ramp.ts'

export interface Theme {
  name: string
  about: string
  roles: Record<Role, Style>
  /** Colours that heat goes through where the terminal has all; elsewhere it has those of the roles. */
  heat: readonly number[]
}

/** What is wrong with a theme file, in one line. */
export class ThemeError extends Error {}

/** Names of the themes in a folder. */
export const themeNames = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length))
      .sort()
  } catch {
    return []
  }
}

/** Themes by name; those of the user go before ours. */
export interface ThemeLibrary {
  names: readonly string[]
  /** Throws ThemeError. */
  load(name: string): Theme
}

export const themeLibrary = (folder: string, own: ReadonlyMap<string, Theme> = new Map()): ThemeLibrary => {
  const names = [...new Set([...own.keys(), ...themeNames(folder)])].sort()
  return { names, load: (name) => own.get(name) ?? loadTheme(folder, name, names) }
}

export const loadTheme = (folder: string, name: string, names: readonly string[] = themeNames(folder)): Theme => {
  if (names.length === 0) throw new ThemeError(`no themes in ${folder}: install the package again`)
  if (!names.includes(name)) {
    const near = nearestWord(name, names)
    throw new ThemeError(
      `no theme ${JSON.stringify(name)}${near ? `, did you mean ${near}?` : `: there are ${names.join(', ')}`}`,
    )
  }
  const file = join(folder, `${name}.json`)
  try {
    return parseTheme(name, JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new ThemeError(`${file}: ${(error as Error).message}`)
  }
}

/** Throws ThemeError naming the first role that is missing, unknown or unreadable. */
export const parseTheme = (name: string, json: unknown): Theme => {
  const { about, background, heat, roles } = (json ?? {}) as Record<'about' | 'background' | 'heat', unknown> & {
    roles?: Record<string, unknown>
  }
  if (typeof roles !== 'object' || roles === null) throw new ThemeError('"roles" is missing')
  for (const role of Object.keys(roles)) {
    if ((ROLES as readonly string[]).includes(role)) continue
    const near = nearestWord(role, ROLES)
    throw new ThemeError(`unknown role ${JSON.stringify(role)}${near ? `, did you mean ${near}?` : ''}`)
  }
  const ground = background === undefined ? DEFAULT_COLOUR : parseColour(String(background))
  if (ground === undefined) throw new ThemeError(`"background": ${JSON.stringify(background)} is no colour`)
  const styles = ROLES.map((role) => {
    const text = roles[role]
    if (typeof text !== 'string') throw new ThemeError(`role "${role}" is missing`)
    return [role, parseStyle(role, text, ground)]
  })
  return {
    name,
    about: typeof about === 'string' ? about : '',
    roles: Object.fromEntries(styles),
    heat: heat === undefined ? [] : parseHeat(heat),
  }
}

const MOST_HEAT = 16

const parseHeat = (heat: unknown): number[] => {
  if (!Array.isArray(heat) || heat.length < 2 || heat.length > MOST_HEAT)
    throw new ThemeError(`"heat" is no list of 2 to ${MOST_HEAT} colours`)
  return heat.map((word) => {
    const colour = parseColour(String(word))
    if (colour === undefined || colour < ALL_COLOURS)
      throw new ThemeError(`"heat": ${JSON.stringify(word)} is no colour as #rrggbb`)
    return colour
  })
}

/** blessed's cell attributes by role index, for a terminal with so many colours; 0 leaves weight and reverse only. Behind
 * the roles those of `heatCell`, which takes 256 colours. */
export const attributesOf = (theme: Theme, colours: number): Int32Array =>
  Int32Array.from([
    ...ROLES.map((role) => (colours === 0 ? monochrome(role) : attributeOf(theme.roles[role], colours))),
    ...(colours < 256 ? [] : heatCells(theme, colours)),
  ])

const heatCells = (theme: Theme, colours: number): number[] => {
  // the terminal's own background can be no foreground: where the upper half is none, the lower one is drawn
  const { text, series1, series3 } = theme.roles
  const shades = [text.bg, ...heatRamp(theme, colours), series1.fg, series3.fg].map((shade) =>
    reduceColour(shade, colours),
  )
  return shades.flatMap((upper, step) =>
    shades.map((lower) => {
      const [fg, bg] = step === 0 ? [lower, upper] : [upper, lower]
      return attributeOf({ fg, bg, bold: false, underline: false, reverse: false }, colours)
    }),
  )
}

/** HEAT_STEPS colours, from little to much. */
export const heatRamp = ({ heat, roles }: Theme, colours: number): number[] => {
  if (heat.length > 0 && colours >= ALL_COLOURS) return rampOf(heat, HEAT_STEPS)
  const own = ROLES.filter((role) => role.startsWith('heat')).map((role) => roles[role].bg)
  return Array.from({ length: HEAT_STEPS }, (_, step) => own[Math.floor((step * own.length) / HEAT_STEPS)]!)
}

const parseStyle = (role: string, text: string, background: number): Style => {
  const style: Style = { fg: DEFAULT_COLOUR, bg: background, bold: false, underline: false, reverse: false }
  let ground: 'fg' | 'bg' = 'fg'
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (word === 'on') ground = 'bg'
    else if (word === 'bold' || word === 'underline' || word === 'reverse') style[word] = true
    else {
      const colour = parseColour(word)
      if (colour === undefined) throw new ThemeError(`role "${role}": ${JSON.stringify(word)} is no colour`)
      style[ground] = colour
    }
  }
  return style
}

const MONOCHROME: Partial<Record<Role, number>> = {
  title: BOLD,
  header: REVERSE,
  selection: REVERSE,
  selectionDim: UNDERLINE,
  bad: BOLD,
  warn: BOLD,
  badge: BOLD | REVERSE,
  key: BOLD,
  borderFocus: BOLD,
  stackGroup: BOLD,
  stackSelected: REVERSE,
  match: BOLD | UNDERLINE,
}

const monochrome = (role: Role): number => plainWith(MONOCHROME[role] ?? 0)
