// Runs of cells as an SVG of text. Blocks and lines are drawn as shapes, as terminals do it, so that they meet whatever the
// font of who looks at it; every other character stands at the column it has in the terminal.
import type { Run } from './cells.ts'

const CELL = 9
const LINE = 18
const FONT_SIZE = 15
const BASE = 13.5
const FONTS = `'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',ui-monospace,monospace`

export const sizeOf = (columns: number, rows: number): { width: number; height: number } => ({
  width: columns * CELL,
  height: rows * LINE,
})

export const svgOf = (runs: readonly Run[], columns: number, rows: number, background: string): string => {
  const { width, height } = sizeOf(columns, rows)
  const shapes = new Map<string, string[]>()
  const draw = (colour: string, path: string): void => {
    const paths = shapes.get(colour) ?? []
    shapes.set(colour, paths)
    paths.push(path)
  }
  const texts: string[] = []
  const grounds = new Map<string, string[]>()
  for (const run of runs) {
    const chars = [...run.text]
    if (run.bg !== background) {
      const paths = grounds.get(run.bg) ?? []
      grounds.set(run.bg, paths)
      paths.push(rectangle(run.x * CELL, run.y * LINE, Math.max(chars.length, 1) * CELL, LINE))
    }
    if (run.underline) draw(run.fg, rectangle(run.x * CELL, run.y * LINE + LINE - 2, chars.length * CELL, 1))
    let words = ''
    const end = (until: number): void => {
      const blanks = words.length - words.trimStart().length
      const word = words.trim()
      if (word !== '') texts.push(textOf(word, run, until - [...words].length + blanks))
      words = ''
    }
    chars.forEach((char, index) => {
      const shape = shapeOf(char, (run.x + index) * CELL, run.y * LINE)
      // two blanks or a shape end a text, which is then stretched to its columns
      if (shape === undefined) {
        words += char
        if (words.endsWith('  ')) end(run.x + index + 1)
        return
      }
      end(run.x + index)
      draw(run.fg, shape)
    })
    end(run.x + chars.length)
  }
  const pathsOf = (byColour: ReadonlyMap<string, string[]>): string =>
    [...byColour].map(([colour, paths]) => `<path fill="${colour}" d="${paths.join('')}"/>`).join('\n')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<style>text{font:${FONT_SIZE}px ${FONTS};white-space:pre}</style>
<rect width="100%" height="100%" fill="${background}"/>
<g shape-rendering="crispEdges">
${pathsOf(grounds)}
${pathsOf(shapes)}
</g>
${texts.join('\n')}
</svg>
`
}

const textOf = (word: string, { y, fg, bold }: Run, x: number): string => {
  const length = [...word].length
  const stretched = length > 1 ? ` textLength="${length * CELL}" lengthAdjust="spacingAndGlyphs"` : ''
  const weight = bold ? ' font-weight="bold"' : ''
  return `<text x="${x * CELL}" y="${y * LINE + BASE}" fill="${fg}"${weight}${stretched}>${escaped(word)}</text>`
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const rectangle = (x: number, y: number, width: number, height: number): string =>
  `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`

const round = (value: number): number => Math.round(value * 100) / 100

/** From which side a line comes: up, right, down, left. */
const LINES: Record<string, string> = {
  '─': 'rl',
  '│': 'ud',
  '┌': 'rd',
  '┐': 'dl',
  '└': 'ur',
  '┘': 'ul',
  '╭': 'rd',
  '╮': 'dl',
  '╰': 'ur',
  '╯': 'ul',
  '├': 'urd',
  '┤': 'udl',
  '┬': 'rdl',
  '┴': 'url',
  '┼': 'urdl',
}

const LEVELS = '▁▂▃▄▅▆▇█'
const EIGHTHS = '▏▎▍▌▋▊▉'
const SHADES: Record<string, number> = { '░': 4, '▒': 3, '▓': 2 }

/** undefined of what the font draws. */
const shapeOf = (char: string, x: number, y: number): string | undefined => {
  const level = LEVELS.indexOf(char) + 1
  if (level > 0) return rectangle(x, y + LINE - (LINE * level) / 8, CELL, (LINE * level) / 8)
  const eighth = EIGHTHS.indexOf(char) + 1
  if (eighth > 0) return rectangle(x, y, (CELL * eighth) / 8, LINE)
  if (char === '▀') return rectangle(x, y, CELL, LINE / 2)
  if (char in LINES) return linesOf(LINES[char]!, '╭╮╰╯'.includes(char), x, y)
  if (char in SHADES) return shadeOf(SHADES[char]!, x, y)
  if (char >= '\u2801' && char <= '\u28ff') return brailleOf(char.charCodeAt(0) - 0x2800, x, y)
  return undefined
}

const linesOf = (sides: string, isRound: boolean, x: number, y: number): string => {
  const [middleX, middleY] = [x + CELL / 2, y + LINE / 2]
  if (isRound) return roundCorner(sides, middleX, middleY, y)
  return [...sides]
    .map((side) =>
      side === 'u'
        ? rectangle(middleX - 0.5, y, 1, LINE / 2 + 0.5)
        : side === 'd'
          ? rectangle(middleX - 0.5, middleY - 0.5, 1, LINE / 2 + 0.5)
          : side === 'r'
            ? rectangle(middleX - 0.5, middleY - 0.5, CELL / 2 + 0.5, 1)
            : rectangle(x, middleY - 0.5, CELL / 2 + 0.5, 1),
    )
    .join('')
}

/** A quarter of a ring of one pixel between the middles of two sides. */
const roundCorner = (sides: string, middleX: number, middleY: number, y: number): string => {
  const radius = CELL / 2
  const [right, down] = [sides.includes('r'), sides.includes('d')]
  const [sideX, sideY] = [right ? 1 : -1, down ? 1 : -1]
  const [outer, inner] = [radius + 0.5, radius - 0.5]
  const [centreX, centreY] = [middleX + sideX * radius, middleY + sideY * radius]
  const sweep = right === down ? 1 : 0
  const arc =
    `M${round(centreX - sideX * outer)} ${round(centreY)}A${outer} ${outer} 0 0 ${sweep} ${round(centreX)} ${round(centreY - sideY * outer)}` +
    `V${round(centreY - sideY * inner)}A${inner} ${inner} 0 0 ${1 - sweep} ${round(centreX - sideX * inner)} ${round(centreY)}z`
  const rest = down
    ? rectangle(middleX - 0.5, centreY, 1, y + LINE - centreY)
    : rectangle(middleX - 0.5, y, 1, centreY - y)
  return arc + rest
}

/** A dot in so many pixels, every other row shifted. */
const shadeOf = (apart: number, x: number, y: number): string => {
  let path = ''
  for (let row = 0; row < LINE; row += 2)
    for (let column = ((row / 2) % 2) * Math.floor(apart / 2); column < CELL; column += apart)
      path += rectangle(x + column, y + row, Math.min(2, CELL - column), apart === 2 ? 1.5 : 1)
  return path
}

const BRAILLE = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 0],
  [1, 1],
  [1, 2],
  [0, 3],
  [1, 3],
] as const

const brailleOf = (bits: number, x: number, y: number): string =>
  BRAILLE.filter((_, bit) => bits & (1 << bit))
    .map(([column, row]) => rectangle(x + 1.25 + column * 4.5, y + 1.25 + row * 4.5, 2, 2))
    .join('')
