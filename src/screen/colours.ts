// Colours of a theme as numbers: those of the 256-colour palette by name or number, beyond them red, green and blue in
// one (#rrggbb), and the way down to 256, 16 or 8 colours. -1 is the terminal's own default.

export const DEFAULT_COLOUR = -1
/** So many colours has a terminal that takes any, and so much more than its red, green and blue is the number of one. */
export const ALL_COLOURS = 0x1000000

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

/** undefined when the word is no colour. */
export const parseColour = (word: string): number | undefined => {
  if (word === 'default') return DEFAULT_COLOUR
  if (/^\d{1,3}$/.test(word)) return Number(word) < 256 ? Number(word) : undefined
  if (/^#[0-9a-f]{6}$/i.test(word)) return ALL_COLOURS + Number.parseInt(word.slice(1), 16)
  if (word === 'grey' || word === 'gray') return 8
  const bright = word.startsWith('bright')
  const index = NAMES.indexOf(bright ? word.slice('bright'.length).toLowerCase() : word)
  return index < 0 ? undefined : index + (bright ? 8 : 0)
}

/** The nearest colour a terminal with so many has. */
export const reduceColour = (colour: number, colours: number): number => {
  if (colour === DEFAULT_COLOUR || colours >= ALL_COLOURS || colour < Math.min(colours, 16)) return colour
  if (colours >= 256) return colour < ALL_COLOURS ? colour : nearest(rgbOf(colour), 16, 256)
  if (colours <= 8 && colour < 16) return colour - 8
  return nearest(rgbOf(colour), 0, Math.min(colours, 16))
}

export type Rgb = readonly [number, number, number]

const BASE: readonly Rgb[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
]

/** Red, green and blue, of a palette number as xterm has them. */
export const rgbOf = (colour: number): Rgb => {
  if (colour >= ALL_COLOURS) return [(colour >> 16) & 0xff, (colour >> 8) & 0xff, colour & 0xff]
  if (colour < 16) return BASE[colour]!
  if (colour >= 232) return [8 + (colour - 232) * 10, 8 + (colour - 232) * 10, 8 + (colour - 232) * 10]
  const level = (n: number): number => (n === 0 ? 0 : 55 + n * 40)
  const cube = colour - 16
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]
}

/** 0 to 255 each. */
export const colourOf = ([red, green, blue]: Rgb): number => ALL_COLOURS + (red << 16) + (green << 8) + blue

// Distance weighted by mean red, cheap and close to what the eye says.
const nearest = (rgb: Rgb, from: number, to: number): number => {
  let best = from
  let bestDistance = Infinity
  for (let colour = from; colour < to; colour++) {
    const other = rgbOf(colour)
    const red = (rgb[0] + other[0]) / 2
    const distance =
      (2 + red / 256) * (rgb[0] - other[0]) ** 2 +
      4 * (rgb[1] - other[1]) ** 2 +
      (2 + (255 - red) / 256) * (rgb[2] - other[2]) ** 2
    if (distance < bestDistance) [best, bestDistance] = [colour, distance]
  }
  return best
}
