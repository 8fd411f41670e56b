// What the terminal and the locale allow, read once from the environment. Pure: nothing is asked of the terminal
// itself, only whether it may be (questions.ts). COLORTERM gets lost over ssh and sudo, and what it promises is not true in
// screen; tmux takes any colour and gives its terminal the nearest it has.

import { ALL_COLOURS } from './colours.ts'

export interface Environment {
  /** The name in TERM, '' when there is none. */
  term: string
  /** Can a full-screen program run at all? */
  addressable: boolean
  /** 0: monochrome. */
  colours: 0 | 8 | 16 | 256 | typeof ALL_COLOURS
  unicode: boolean
  /** A light background; undefined where the environment does not say. */
  light: boolean | undefined
  /** Whether the terminal may be asked for that, and whether it has all colours: one that takes what it does not know for
   * text would show it, and screen passes it on to a terminal that shows other colours than ours. */
  answers: { light: boolean; colours: boolean }
}

interface Overrides {
  /** --no-color */
  noColour?: boolean
  /** --ascii */
  ascii?: boolean
}

export const detectEnvironment = (env: NodeJS.ProcessEnv, overrides: Overrides = {}): Environment => {
  const term = env.TERM ?? ''
  const colours = overrides.noColour || (env.NO_COLOR ?? '') !== '' ? 0 : coloursOf(term, env)
  const isAsked = colours >= 256 && !term.startsWith('eterm')
  return {
    term,
    addressable: term !== '' && !/^(dumb|unknown|emacs|network)/.test(term),
    colours,
    unicode: !overrides.ascii && isUtf8(env) && !/^(linux-m|vt[1-5]\d\d)/.test(term),
    light: isLight(env.COLORFGBG ?? ''),
    answers: { light: isAsked, colours: isAsked && !isScreen(term, env) },
  }
}

/** The theme to begin with where none is asked for. */
export const suitingTheme = ({ colours, light }: Pick<Environment, 'colours' | 'light'>): string =>
  colours > 0 && colours <= 16 ? 'tty' : light ? 'light' : 'dark'

// An empty variable counts as unset, as in setlocale(3).
const isUtf8 = (env: NodeJS.ProcessEnv): boolean => /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '')

const coloursOf = (term: string, env: NodeJS.ProcessEnv): Environment['colours'] => {
  const colours = paletteOf(term)
  if (colours < 256) return colours
  const isSaid = /^(truecolor|24bit)$/.test(env.COLORTERM ?? '')
  return /-direct|kitty|ghostty|alacritty|wezterm|foot|iterm|contour|rio/.test(term) || (isSaid && !isScreen(term, env))
    ? ALL_COLOURS
    : 256
}

const isScreen = (term: string, { TMUX }: NodeJS.ProcessEnv): boolean => term.startsWith('screen') && !TMUX

const paletteOf = (term: string): 0 | 8 | 16 | 256 => {
  if (/-m(ono)?$|^vt[1-3]\d\d(?!.*color)|^(dumb|unknown)$/.test(term)) return 0
  if (/-256color|-direct|kitty|ghostty|alacritty|wezterm|foot|iterm|contour|rio/.test(term)) return 256
  if (/-88color|-16color|^linux|^cons25|^hurd|^fbterm|^putty$/.test(term)) return 16
  if (/-8color|-color$|^(ansi|cygwin|sun|pcansi)/.test(term)) return 8
  // Everything that still calls itself just xterm, screen or tmux knows 256.
  return /^(xterm|screen|tmux|rxvt|st|konsole|gnome|vte|mlterm|eterm)/.test(term) ? 256 : 8
}

// rxvt and its kin set "foreground;[other;]background" as palette numbers.
const isLight = (colorFgBg: string): boolean | undefined => {
  const background = colorFgBg.split(';').at(-1)!
  return /^\d{1,3}$/.test(background) ? background === '7' || background === '15' : undefined
}
