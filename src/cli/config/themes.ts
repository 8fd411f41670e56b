// Themes of the user, beside those that come with probetop: read like the configuration, with the rights of whoever sits
// there. One that is wrong is named, and the others are there.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { THEMES } from '../../paths.ts'
import { parseTheme, themeLibrary, type Theme, type ThemeLibrary } from '../../screen/theme.ts'
import { asInvoker, configFolder, textOf } from './read.ts'

const MOST_THEMES = 64
const SUFFIX = '.json'
const NAME = /^[\w-]{1,40}$/

export interface Themes extends ThemeLibrary {
  /** What is wrong with the user's. */
  problems: readonly string[]
}

export const readThemes = (env: NodeJS.ProcessEnv = process.env): Themes => {
  const folder = configFolder(env)
  const own = new Map<string, Theme>()
  const problems: string[] = []
  if (folder !== undefined) asInvoker(env, () => readInto(join(folder, 'themes'), own, problems))
  return { ...themeLibrary(THEMES, own), problems }
}

const readInto = (folder: string, themes: Map<string, Theme>, problems: string[]): void => {
  for (const file of filesIn(folder).slice(0, MOST_THEMES)) {
    const name = file.slice(0, -SUFFIX.length)
    try {
      if (!NAME.test(name)) throw new Error('its name has other characters than letters, digits, - and _')
      themes.set(name, parseTheme(name, JSON.parse(textOf(join(folder, file)))))
    } catch (error) {
      problems.push(`theme ${JSON.stringify(file)}: ${(error as Error).message}`)
    }
  }
}

const filesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith(SUFFIX))
      .sort()
  } catch {
    return []
  }
}
