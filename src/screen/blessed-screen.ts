// The parts of blessed that are used; its published types lack most of them.
import type { Line } from './painter.ts'

interface Program {
  cols: number
  rows: number
  isAlt: boolean
  cursorHidden: boolean
  put: { keypad_xmit(): void }
  on(event: 'resize', listener: () => void): void
  removeAllListeners(event: 'resize'): void
  write(text: string): void
  _write(text: string): void
  flush(): void
  cup(y: number, x: number): void
  showCursor(): void
  hideCursor(): void
  alternateBuffer(): void
}

export interface BlessedScreen {
  program: Program
  cols: number
  rows: number
  lines: Line[]
  /** What the terminal shows. */
  olines: Line[]
  destroyed?: boolean
  children: unknown[]
  paintCells?: () => void
  alloc(): void
  render(): void
  draw(): void
  destroy(): void
  append(element: unknown): void
}
