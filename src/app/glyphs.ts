// The characters pictures are made of, for terminals with and without Unicode.

export interface Glyphs {
  horizontal: string
  vertical: string
  corners: readonly [topLeft: string, topRight: string, bottomLeft: string, bottomRight: string]
  /** Where frames meet, above and below. */
  tees: readonly [top: string, bottom: string]
  /** Density of a heat map, from little to much. */
  density: readonly string[]
  /** Nobody looked: neither zero nor anything. */
  noData: string
  /** Only counted: how it was spread is not known. */
  counted: string
  /** Eighths of a cell, from the bottom. */
  levels: readonly string[]
  bar: string
  /** Of a share as a line, and half a column of it; of another kind. */
  line: string
  half: string
  thinLine: string
  thinHalf: string
  selected: string
  down: string
  up: string
  cut: string
  /** Where a box begins, and what fills one of the kernel. */
  edge: string
  dot: string
}

const UNICODE: Glyphs = {
  horizontal: '─',
  vertical: '│',
  corners: ['╭', '╮', '╰', '╯'],
  tees: ['┬', '┴'],
  density: ['.', ':', '░', '░', '▒', '▒', '▓', '█'],
  noData: '·',
  counted: '┊',
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  bar: '█',
  line: '━',
  half: '╸',
  thinLine: '─',
  thinHalf: '╴',
  selected: '▸',
  down: '▼',
  up: '▲',
  cut: '…',
  edge: '▏',
  dot: '·',
}

const ASCII: Glyphs = {
  horizontal: '-',
  vertical: '|',
  corners: ['+', '+', '+', '+'],
  tees: ['+', '+'],
  density: ['.', ':', '-', '=', '+', '*', '#', '@'],
  noData: '`',
  counted: '|',
  levels: ['_', '.', '-', '=', '+', '*', '#', '@'],
  bar: '#',
  line: '=',
  half: '=',
  thinLine: '-',
  thinHalf: '-',
  selected: '>',
  down: 'v',
  up: '^',
  cut: '~',
  edge: '|',
  dot: '.',
}

export const glyphsFor = (unicode: boolean): Glyphs => (unicode ? UNICODE : ASCII)
