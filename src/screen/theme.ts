// Themes: JSON files that give each role its colours, as `foreground [on background] [bold] [underline] [reverse]`;
// `background` is for the roles that name none. Checked against the list of roles when read; turned into the
// attribute numbers blessed keeps in its cells.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nearestWord } from '../app/nearest.ts'
import { ROLES, type Role } from '../app/types.ts'
import { DEFAULT_COLOUR, parseColour, reduceColour } from './colours.ts'

export interface Style {
  fg: number
  bg: number
  bold: boolean
  underline: boolean
  reverse: boolean
}

export interface Theme {
  name: string
  about: string
  roles: Record<Role, Style>
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

export const loadTheme = (folder: string, name: string): Theme => {
  const names = themeNames(folder)
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
  const { about, background, roles } = (json ?? {}) as Record<'about' | 'background', unknown> & {
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
  return { name, about: typeof about === 'string' ? about : '', roles: Object.fromEntries(styles) }
}

/** blessed's cell attributes by role index, for a terminal with so many colours; 0 leaves weight and reverse only. */
export const attributesOf = (theme: Theme, colours: number): Int32Array =>
  Int32Array.from(ROLES, (role) => (colours === 0 ? monochrome(role) : attribute(theme.roles[role], colours)))

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

const BOLD = 1
const UNDERLINE = 2
const REVERSE = 8
const DEFAULT = 0x1ff

const pack = (flags: number, fg: number, bg: number): number => (flags << 18) | (fg << 9) | bg

const attribute = (style: Style, colours: number): number => {
  const flags = (style.bold ? BOLD : 0) | (style.underline ? UNDERLINE : 0) | (style.reverse ? REVERSE : 0)
  const fg = reduceColour(style.fg, colours)
  const bg = reduceColour(style.bg, colours)
  // Two near colours can become one in a small palette, which would hide the text.
  if (fg === bg && style.fg !== style.bg) return pack(flags | REVERSE, DEFAULT, DEFAULT)
  return pack(flags, fg === DEFAULT_COLOUR ? DEFAULT : fg, bg === DEFAULT_COLOUR ? DEFAULT : bg)
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

const monochrome = (role: Role): number => pack(MONOCHROME[role] ?? 0, DEFAULT, DEFAULT)
