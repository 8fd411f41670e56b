// A scene drawn by the program's own terminal into an emulator, or a capture of a terminal read into one; then as SVG.
import xterm from '@xterm/headless'
import { frame } from '../../src/app/draw/frame.ts'
import { THEMES } from '../../src/paths.ts'
import { createCharts } from '../../src/screen/charts.ts'
import { ALL_COLOURS, DEFAULT_COLOUR, rgbOf } from '../../src/screen/colours.ts'
import { openTerminal } from '../../src/screen/terminal.ts'
import { attributesOf, loadTheme } from '../../src/screen/theme.ts'
import { fakeTerminal } from '../helpers/fake-terminal.ts'
import { runsOf, type Ground } from './cells.ts'
import type { Scene } from './scenes.ts'
import { svgOf } from './svg.ts'

export interface Look {
  width: number
  height: number
  theme: string
  colours: number
  unicode: boolean
}

const DARK: Ground = { fg: '#d0d0d0', bg: '#16181d' }
const LIGHT: Ground = { fg: '#202020', bg: '#ffffff' }

export const drawScene = async (
  scene: Scene,
  { width, height, theme: name, colours, unicode }: Look,
): Promise<string> => {
  const theme = loadTheme(THEMES, name)
  const attributes = attributesOf(theme, colours)
  const isColoured = colours > 0
  const screen = scene.screen({ width, height, unicode, colour: isColoured })
  screen.context = { ...screen.context, shades: colours >= 256 }
  const drawn = frame(screen.state, screen.store, screen.context)
  const fake = fakeTerminal(width, height)
  const terminal = openTerminal(fake)
  try {
    let ready: () => void = () => {}
    const loaded = new Promise<void>((resolve) => (ready = resolve))
    const charts = unicode && isColoured ? createCharts(ready) : undefined
    charts?.theme(attributes)
    terminal.draw(drawn, attributes, charts)
    if (charts && drawn.charts.length > 0) {
      await loaded
      terminal.draw(drawn, attributes, charts)
    }
    await fake.settled()
    const { bg, fg } = theme.roles.text
    const isLight = bg !== DEFAULT_COLOUR && isColoured ? lightness(bg) > 128 : /light|paper/.test(name)
    const base = isLight ? LIGHT : DARK
    const ground = isColoured ? { fg: hex(fg, base.fg), bg: hex(bg, base.bg) } : base
    return svgOf(runsOf(fake.emulator, ground), width, height, ground.bg)
  } finally {
    terminal.restore()
  }
}

/** Text with escape codes, as `tmux capture-pane -e -p` has it. */
export const drawCapture = async (text: string, { width, height, theme }: Look): Promise<string> => {
  const emulator = new xterm.Terminal({ cols: width, rows: height, allowProposedApi: true })
  const lines = text.replace(/\n$/, '').split('\n')
  await new Promise<void>((resolve) => emulator.write(lines.join('\r\n'), resolve))
  const ground = /light|paper/.test(theme) ? LIGHT : DARK
  return svgOf(runsOf(emulator, ground), width, height, ground.bg)
}

const lightness = (colour: number): number => {
  const [red, green, blue] = rgbOf(colour)
  return 0.3 * red + 0.6 * green + 0.1 * blue
}

const hex = (colour: number, otherwise: string): string =>
  colour === DEFAULT_COLOUR
    ? otherwise
    : `#${rgbOf(colour)
        .map((part) => part.toString(16).padStart(2, '0'))
        .join('')}`

export const COLOURS = { all: ALL_COLOURS, 256: 256, 16: 16, 8: 8, none: 0 } as const
