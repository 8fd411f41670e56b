// The parts of blessed that are used; its published types lack most of them.

interface Program {
  cols: number
  rows: number
  isAlt: boolean
  put: { keypad_xmit(): void }
  on(event: 'resize', listener: () => void): void
  removeAllListeners(event: 'resize'): void
  write(text: string): void
  _write(text: string): void
  flush(): void
  clear(): void
  hideCursor(): void
  alternateBuffer(): void
}

/** A row of cells: [attribute, character]. */
export type Line = [number, string][]

export interface BlessedScreen {
  program: Program
  cols: number
  rows: number
  /** What its elements draw into. */
  lines: Line[]
  olines: Line[]
  destroyed?: boolean
  alloc(): void
  render(): void
  draw(): void
  blankLine(): Line
  destroy(): void
  append(element: unknown): void
}
