// The colours of a heat map: as many steps as are wanted between a few given colours, even to the eye. In OKLab (Björn
// Ottosson, 2020), where equal distances look equal.
import { colourOf, rgbOf, type Rgb } from './colours.ts'

type Lab = readonly [lightness: number, a: number, b: number]

/** `steps` colours from the first to the last of `through` (two at least), equally far apart along the way. */
export const rampOf = (through: readonly number[], steps: number): number[] => {
  const points = through.map((colour) => labOf(rgbOf(colour)))
  const lengths = points.slice(1).map((point, i) => distance(points[i]!, point))
  const whole = lengths.reduce((sum, length) => sum + length, 0)
  return Array.from({ length: steps }, (_, step) => {
    let rest = (whole * step) / (steps - 1)
    let part = 0
    while (part < lengths.length - 1 && rest > lengths[part]!) rest -= lengths[part++]!
    return colourOf(rgbIn(between(points[part]!, points[part + 1]!, lengths[part] ? rest / lengths[part]! : 0)))
  })
}

/** How light it looks: 0 black, 1 white. */
export const lightnessOf = (colour: number): number => labOf(rgbOf(colour))[0]

const distance = (from: Lab, to: Lab): number => Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2])

const between = (from: Lab, to: Lab, share: number): Lab =>
  [0, 1, 2].map((i) => from[i]! + (to[i]! - from[i]!) * share) as unknown as Lab

const linear = (value: number): number => {
  const share = value / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

const encoded = (light: number): number => {
  const share = light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055
  return Math.round(Math.min(1, Math.max(0, share)) * 255)
}

const labOf = (rgb: Rgb): Lab => {
  const [red, green, blue] = rgb.map(linear) as unknown as Rgb
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

const rgbIn = ([lightness, a, b]: Lab): Rgb => {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encoded(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}
