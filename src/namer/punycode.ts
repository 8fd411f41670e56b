// Text in RFC 3492, as Rust writes names beyond ASCII: the ASCII letters, `_`, and where the others go between them.

/** Undefined when it is not well-formed. */
export const punycode = (text: string): string | undefined => {
  const split = text.lastIndexOf('_')
  const letters = split < 0 ? [] : [...text.slice(0, split)].map((letter) => letter.codePointAt(0)!)
  let code = 128
  let place = 0
  let bias = 72
  for (let at = split + 1; at < text.length;) {
    const before = place
    for (let weight = 1, base = BASE; ; base += BASE) {
      const digit = DIGITS.indexOf(text[at++] ?? ' ')
      if (digit < 0) return undefined
      place += digit * weight
      const threshold = Math.min(26, Math.max(1, base - bias))
      if (digit < threshold) break
      weight *= BASE - threshold
      if (weight > LARGEST) return undefined
    }
    const count = letters.length + 1
    bias = adapted(place - before, count, before === 0)
    code += Math.floor(place / count)
    place %= count
    if (code > 0x10ffff) return undefined
    letters.splice(place++, 0, code)
  }
  return String.fromCodePoint(...letters)
}

const BASE = 36
const DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789'
const LARGEST = 2 ** 31

const adapted = (delta: number, count: number, first: boolean): number => {
  let rest = Math.floor(delta / (first ? 700 : 2))
  rest += Math.floor(rest / count)
  let bias = 0
  for (; rest > 455; bias += BASE) rest = Math.floor(rest / 35)
  return bias + Math.floor((36 * rest) / (rest + 38))
}
