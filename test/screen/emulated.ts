// A terminal, and what one sees in it.
import { attributeOf, PLAIN, type Style } from '../../src/screen/attributes.ts'
import { writeChanges } from '../../src/screen/changes.ts'
import { ALL_COLOURS } from '../../src/screen/colours.ts'
import { type Wanted } from '../../src/screen/painter.ts'
import { type Picture } from '../../src/screen/picture.ts'
import { Sink } from '../../src/screen/sink.ts'

const styled = (style: Partial<Style>): number =>
  attributeOf({ fg: -1, bg: -1, bold: false, underline: false, reverse: false, ...style }, ALL_COLOURS)

const GROUND = { fg: 252, bg: 233 }
export const LOOKS = [
  styled(GROUND),
  styled({ ...GROUND, bold: true }),
  styled({ ...GROUND, fg: 81 }),
  styled({ fg: ALL_COLOURS + 0x123456, bg: ALL_COLOURS + 0x654321 }),
  styled({ fg: ALL_COLOURS + 0x123456, bg: ALL_COLOURS + 0x123456 }),
  styled({ reverse: true }),
  styled({ ...GROUND, underline: true, bold: true }),
  PLAIN,
]

export const changes = (wanted: Wanted, shown: Picture): string => {
  const sink = new Sink()
  writeChanges(sink, wanted, shown)
  return sink.taken().toString()
}

export const cellsIn = ({ looks, chars }: Picture): Pick<Picture, 'looks' | 'chars'> => ({ looks, chars })

/** All of it is to be looked at. */
export const whole = (picture: Picture): Wanted => ({
  ...picture,
  from: new Int32Array(picture.height),
  to: new Int32Array(picture.height).fill(picture.width),
})

export const cells = (text: string, look = PLAIN): [number, string][] => [...text].map((char) => [look, char])
