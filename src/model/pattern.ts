// Regular expressions in time that grows with pattern times text, whatever both are: all ways through a pattern are
// followed at once (Thompson's way), none is tried and gone back on, so that no search can hang a screen.
// Understood: . [] \d \w \s \b ^ $ | () (?:) * + ? {n,m}; there is no looking around and no referring back.

export type Pattern = { matches(text: string): boolean } | { why: string }

export const patternOf = (source: string): Pattern => {
  try {
    const start = parse([...source])
    return { matches: (text) => search(start, text) }
  } catch (error) {
    if (error instanceof PatternError) return { why: error.message }
    throw error
  }
}

class PatternError extends Error {}

type Test = (code: number) => boolean

type Step =
  | { is: 'char'; test: Test; next: Step; seen: number }
  | { is: 'split'; ways: Step[]; seen: number }
  | { is: 'between'; holds: (before: number, after: number) => boolean; next: Step; seen: number }
  | { is: 'end'; seen: number }

/** A part of a pattern: where it begins, given where it goes on. */
type Part = (next: Step) => Step

const MOST_STEPS = 2000
const MOST_REPEATS = 100
const LONGEST_TEXT = 4096
/** Before the first character and behind the last. */
const NONE = -1

const parse = (source: readonly string[]): Step => {
  let at = 0
  let steps = 0

  const counted = <T>(value: T): T => {
    if (++steps > MOST_STEPS) throw new PatternError('too long')
    return value
  }
  const made = <S extends Step>(step: S): S => counted(step)
  const char =
    (test: Test): Part =>
    (next) =>
      made({ is: 'char', test, next, seen: NONE })
  const between =
    (holds: (before: number, after: number) => boolean): Part =>
    (next) =>
      made({ is: 'between', holds, next, seen: NONE })
  const either =
    (parts: readonly Part[]): Part =>
    (next) =>
      made({ is: 'split', ways: parts.map((part) => part(next)), seen: NONE })
  const inTurn =
    (parts: readonly Part[]): Part =>
    (next) =>
      parts.reduceRight((after, part) => counted(part)(after), next)
  const anyOften =
    (part: Part): Part =>
    (next) => {
      const loop = made({ is: 'split' as const, ways: [next], seen: NONE })
      loop.ways.push(part(loop))
      return loop
    }
  const repeated = (part: Part, least: number, most: number): Part => {
    if (least > most || Math.max(least, most === Infinity ? 0 : most) > MOST_REPEATS)
      throw new PatternError('repeated too often')
    const must = Array.from({ length: least }, () => part)
    if (most === Infinity) return inTurn([...must, anyOften(part)])
    return inTurn([...must, ...Array.from({ length: most - least }, () => either([part, inTurn([])]))])
  }

  const alternatives = (): Part => {
    const parts = [sequence()]
    while (source[at] === '|') {
      at++
      parts.push(sequence())
    }
    return parts.length === 1 ? parts[0]! : either(parts)
  }

  const sequence = (): Part => {
    const parts: Part[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(quantified(atom()))
    return inTurn(parts)
  }

  const quantified = (part: Part): Part => {
    const [text, least, most] = QUANTIFIER.exec(source.slice(at, at + 12).join('')) ?? []
    if (text === undefined) return part
    at += text.length
    // The shortest or the longest: either way it is found
    if (source[at] === '?') at++
    if (text === '*' || text === '+' || text === '?')
      return repeated(part, text === '+' ? 1 : 0, text === '?' ? 1 : Infinity)
    return repeated(
      part,
      Number(least),
      most === undefined ? Number(least) : most === ',' ? Infinity : Number(most.slice(1)),
    )
  }

  const atom = (): Part => {
    const sign = source[at++]!
    switch (sign) {
      case '.':
        return char(() => true)
      case '^':
        return between((before) => before === NONE)
      case '$':
        return between((_, after) => after === NONE)
      case '[':
        return char(set())
      case '(':
        return group()
      case '\\':
        return escaped()
      case '*':
      case '+':
      case '?':
        throw new PatternError(`nothing before ${sign} to repeat`)
      default:
        return char(only(sign))
    }
  }

  const group = (): Part => {
    if (source[at] === '?') {
      if (source[at + 1] !== ':') throw new PatternError(`(?${source[at + 1] ?? ''} is not understood`)
      at += 2
    }
    const part = alternatives()
    if (source[at++] !== ')') throw new PatternError('( is not closed')
    return part
  }

  const escaped = (): Part => {
    const sign = source[at]
    if (sign === 'b' || sign === 'B') {
      at++
      return between((before, after) => (isWord(before) !== isWord(after)) === (sign === 'b'))
    }
    return char(escapedTest())
  }

  const escapedTest = (): Test => {
    const sign = source[at++]
    if (sign === undefined) throw new PatternError('\\ stands at the end')
    const known = CLASSES[sign.toLowerCase()]
    if (known) return sign === sign.toLowerCase() ? known : (code) => !known(code)
    if (/[1-9k]/.test(sign)) throw new PatternError('referring back is not understood')
    return only(CONTROLS[sign] ?? sign)
  }

  const set = (): Test => {
    const isNot = source[at] === '^'
    if (isNot) at++
    const tests: Test[] = []
    for (let first = true; first || source[at] !== ']'; first = false) {
      const sign = source[at++]
      if (sign === undefined) throw new PatternError('[ is not closed')
      const isRange = sign !== '\\' && source[at] === '-' && source[at + 1] !== ']' && source[at + 1] !== undefined
      if (sign === '\\') tests.push(escapedTest())
      else if (isRange) {
        const [from, to] = [codeOf(sign), codeOf(source[at + 1]!)]
        if (from > to) throw new PatternError(`${sign}-${source[at + 1]!} is out of order`)
        tests.push((code) => code >= from && code <= to)
        at += 2
      } else tests.push(only(sign))
    }
    at++
    return (code) => tests.some((test) => test(code)) !== isNot
  }

  const whole = alternatives()
  if (at < source.length) throw new PatternError(') without (')
  return whole({ is: 'end', seen: NONE })
}

const QUANTIFIER = /^(?:[*+?]|\{(\d+)(,\d*)?\})/

const codeOf = (sign: string): number => sign.codePointAt(0)!

const only = (sign: string): Test => {
  const wanted = codeOf(sign)
  return (code) => code === wanted
}

const isDigit: Test = (code) => code >= 48 && code <= 57
const isWord: Test = (code) => isDigit(code) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122)
const CLASSES: Record<string, Test> = {
  d: isDigit,
  w: isWord,
  s: (code) => code === 32 || (code >= 9 && code <= 13) || code === 160,
}
const CONTROLS: Record<string, string> = { t: '\t', n: '\n' }

/** Marks which steps were reached at which place: each once. Never the same place twice, not even in another text. */
let place = 0

const search = (start: Step, text: string): boolean => {
  const codes = Array.from(text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text, codeOf)
  let here: Step[] = []
  for (let i = 0; i <= codes.length; i++) {
    place++
    const next: Step[] = []
    const after = codes[i] ?? NONE
    const todo = [start, ...here].reverse()
    while (todo.length > 0) {
      const step = todo.pop()!
      if (step.seen === place) continue
      step.seen = place
      if (step.is === 'end') return true
      if (step.is === 'split') todo.push(...step.ways)
      else if (step.is === 'between') {
        if (step.holds(codes[i - 1] ?? NONE, after)) todo.push(step.next)
      } else if (after !== NONE && step.test(after)) next.push(step.next)
    }
    here = next
  }
  return false
}
