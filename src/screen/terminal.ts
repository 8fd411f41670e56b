// The terminal as blessed drives it: opened, drawn to, left for a while (suspend) and given back. Everything that is
// odd about blessed is cured here. Nothing of it reads keys by meaning or knows what is drawn.
import blessed from 'blessed'
import type { Frame } from '../app/app-types.ts'
import type { BlessedScreen } from './blessed-screen.ts'
import { writeChanges } from './changes.ts'
import type { Charts } from './charts.ts'
import { PASTE_OFF, PASTE_ON, keyReader, type Key, type RawKey } from './key-events.ts'
import { MOUSE_OFF, MOUSE_ON, mouseEvents, type MouseEvent } from './mouse.ts'
import { createWanted, overlay, paint, type Painted, type Wanted } from './painter.ts'
import { moveTo } from './pen.ts'
import { blankPicture, type Picture } from './picture.ts'
import { Sink } from './sink.ts'

export interface TerminalStreams {
  input: NodeJS.ReadStream
  output: NodeJS.WriteStream
  /** Where keys come from, if something is taken out of the input before. */
  keys?: NodeJS.ReadStream
}

export interface Terminal {
  width(): number
  height(): number
  draw(frame: Frame, attributes: Int32Array, charts?: Charts): void
  /** Draw everything anew at the next draw, whatever is believed to be there. */
  forget(): void
  onKey(listener: (key: Key) => void, isTyping: () => boolean): void
  /** Whether the mouse is reported; until then it is not. */
  mouse(on: boolean): void
  onMouse(listener: (event: MouseEvent) => void): void
  onResize(listener: () => void): void
  /** A frame was left out while the terminal did not read; now it does. */
  onReady(listener: () => void): void
  /** Whether it has taken all that was written; false after a while in which it has not. */
  drained(): Promise<boolean>
  /** The user's own screen and modes, until `resume`. */
  suspend(): void
  /** Takes the terminal (again), whatever has happened to it; all must be drawn anew. */
  resume(): void
  /** The user's own screen and modes, for good. Safe to call again and from a dying process. */
  restore(): void
}

const SYNC_ON = '\x1b[?2026h'
const SYNC_OFF = '\x1b[?2026l'
const DRAIN_MS = 500
const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const LEAVE = `${SYNC_OFF}${PASTE_OFF}\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[m\x1b[r\x1b[?25h\x1b[?1l\x1b>\x1b[?1049l`

/** What blessed knows of terminals: of each capability a function, compiled from a text. */
const { Tput } = blessed as unknown as {
  Tput: { ipaths: unknown[]; prototype: { _compile(info: unknown, key: string, text: unknown): Capability } }
}
type Capability = (args: unknown) => unknown

// It compiles all 300 when a terminal is opened; some ten are used.
const compileNow = Tput.prototype._compile
Tput.prototype._compile = function (info, key, text) {
  if (typeof text !== 'string') return compileNow.call(this, info, key, text)
  let made: Capability | undefined
  return (args) => (made ??= compileNow.call(this, info, key, text)).call(this, args)
}

export const openTerminal = ({ input, output, keys = input }: TerminalStreams): Terminal => {
  const screen = openScreen(keys, output)
  const { program } = screen
  const sink = new Sink()
  let cursorShown = false
  let away = false
  let hasMouse = false
  let ready: () => void = () => {}
  let isBehind = false
  let surface = blankSurface(screen)
  const begin = (): void => {
    screen.alloc()
    surface = blankSurface(screen)
  }

  /** One frame at most is under way; a terminal that does not read must not hold us up, or pile up frames. */
  const mustWait = (): boolean => {
    if (output.writableLength === 0) return false
    if (!isBehind) output.write('', () => ((isBehind = false), ready()))
    isBehind = true
    return true
  }

  /** In one piece; it has been taken before there is another. */
  const writeFrame = (cursor: Frame['cursor']): void => {
    sink.ascii(SYNC_ON)
    if (cursorShown) sink.ascii(HIDE_CURSOR)
    writeChanges(sink, surface.wanted, surface.shown)
    if (cursor) {
      moveTo(sink, cursor.x, cursor.y)
      sink.ascii(SHOW_CURSOR)
    }
    cursorShown = cursor !== undefined
    sink.ascii(SYNC_OFF)
    program.flush()
    output.write(sink.taken())
  }

  setBlocking(output, false)
  program.write(PASTE_ON)
  setRaw(input, true)

  return {
    width: () => screen.cols,
    height: () => screen.rows,

    draw: (frame, attributes, charts) => {
      if (away || screen.destroyed || mustWait()) return
      const { wanted } = surface
      paint(wanted, frame.grid, attributes, surface.painted)
      const placed = charts?.place(screen, frame.charts) ?? []
      if (placed.length > 0) drawElements(screen)
      for (const rect of placed) overlay(wanted, screen.lines, rect)
      // what charts are laid over is not what the grid has
      surface.painted = placed.length === 0 ? { grid: frame.grid, attributes } : undefined
      writeFrame(frame.cursor)
    },

    forget: () => {
      if (!away) begin()
    },

    onKey: (listener, isTyping) => {
      const read = keyReader(listener, isTyping)
      keys.on('keypress', (ch: string | undefined, key: RawKey | undefined) => read(ch, key))
    },

    mouse: (on) => {
      hasMouse = on
      if (!away && !screen.destroyed) program.write(on ? MOUSE_ON : MOUSE_OFF)
    },

    onMouse: (listener) => {
      input.on('data', (data: Buffer | string) => {
        if (!hasMouse || away) return
        for (const event of mouseEvents(data.toString())) listener(event)
      })
    },

    onResize: (listener) => {
      // blessed would draw the old frame into the new size first
      program.removeAllListeners('resize')
      program.on('resize', () => {
        if (away || screen.destroyed) return
        begin()
        listener()
      })
    },

    onReady: (listener) => {
      ready = listener
    },

    drained: () =>
      new Promise((resolve) => {
        const late = setTimeout(resolve, DRAIN_MS, false)
        output.write('', (error) => {
          clearTimeout(late)
          resolve(!error)
        })
      }),

    suspend: () => {
      if (away || screen.destroyed) return
      away = true
      program.flush()
      output.write(LEAVE)
      setRaw(input, false)
      input.pause()
    },

    resume: () => {
      if (screen.destroyed) return
      away = false
      // Whoever had the terminal meanwhile may have changed its modes; Node believes what it set last.
      setRaw(input, false)
      setRaw(input, true)
      // Nor does any signal tell a stopped process that the window changed.
      ;(output as { _refreshSize?(): void })._refreshSize?.()
      program.cols = output.columns
      program.rows = output.rows
      program.alternateBuffer()
      program.put.keypad_xmit()
      program.hideCursor()
      program._write(PASTE_ON)
      if (hasMouse) program._write(MOUSE_ON)
      cursorShown = false
      begin()
      program.flush()
    },

    restore: () => {
      if (screen.destroyed) return
      const wasAway = away
      away = true
      program.flush()
      // blessed's own leaving clears and re-allocates first; it shall write nothing any more.
      program.isAlt = false
      screen.destroy()
      if (!wasAway) {
        output.write(LEAVE)
        setRaw(input, false)
      }
      input.pause()
    },
  }
}

const openScreen = (input: NodeJS.ReadStream, output: NodeJS.WriteStream): BlessedScreen => {
  // blessed reads only terminfo's old format, prints its own source over the screen for some entries, and knows 8
  // colours for terminals without one. Without places to look it takes the xterm-256color it brings along.
  Tput.ipaths.length = 0
  // Else it runs `tmux -V`, for features that are not used here.
  const { TMUX } = process.env
  delete process.env.TMUX
  const screen = blessed.screen({
    input,
    output,
    terminal: 'xterm-256color',
    warnings: false,
    forceUnicode: true,
  } as blessed.Widgets.IScreenOptions) as unknown as BlessedScreen
  if (TMUX !== undefined) process.env.TMUX = TMUX
  // It would keep two arrays for each cell; what is shown is known by numbers.
  const dropLines = (): void => {
    screen.lines = []
    screen.olines = []
  }
  dropLines()
  screen.alloc = () => {
    dropLines()
    screen.program.clear()
  }
  screen.draw = () => {}
  return screen
}

/** What is on the terminal, and what shall be. */
interface Surface {
  wanted: Wanted
  shown: Picture
  /** What `wanted` was made of. */
  painted?: Painted | undefined
}

/** Cleared. */
const blankSurface = ({ cols, rows }: BlessedScreen): Surface => ({
  wanted: createWanted(cols, rows),
  shown: blankPicture(cols, rows),
})

/** Into its lines, and no further. */
const drawElements = (screen: BlessedScreen): void => {
  if (screen.lines.length === 0) screen.lines = Array.from({ length: screen.rows }, () => screen.blankLine())
  screen.render()
}

/** Node makes writes to a terminal wait until it reads, and with them everything else. */
const setBlocking = (output: NodeJS.WriteStream, blocking: boolean): void => {
  ;(output as { _handle?: { setBlocking?(blocking: boolean): void } })._handle?.setBlocking?.(blocking)
}

const setRaw = (input: NodeJS.ReadStream, raw: boolean): void => {
  try {
    input.setRawMode?.(raw)
    if (raw) input.resume()
  } catch {
    // the terminal is gone
  }
}
