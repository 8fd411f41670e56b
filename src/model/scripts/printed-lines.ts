// The lines that a script prints, from its printf() formats: which columns they have, and which are no rows. Calls in one
// probe that make one line together (time(), printf() without a newline, join()) are put together in their order.
import { SCRIPT_LIMITS, type LinePart, type ScriptColumn } from '../../stream/script.ts'
import type { Dimension } from '../../stream/fields.ts'
import { closing, tokensOf, type ProbeBlock, type Token } from './lex.ts'
import { separated, written } from './result-maps.ts'
import { DIMS, wordsOf } from './expression-words.ts'

interface Lines {
  lines: readonly (readonly LinePart[])[]
  columns: readonly ScriptColumn[]
  said: readonly string[]
  prints: boolean
  /** The most calls that make one line; absent where a loop may make it of any number. */
  calls?: number
}

/** A piece of a format: a conversion with what is printed by it, or text. */
type Piece =
  | { is: 'text'; text: string }
  | { is: 'value'; pad: number; left: boolean; as: 'number' | 'text'; of: string }

export const linesOf = (script: string, probes: readonly ProbeBlock[]): Lines => {
  const said: string[] = []
  let heading: string[] = []
  const rows: Piece[][] = []
  let prints = false
  let most = 1
  for (const { hooks, body } of probes) {
    const is = (name: RegExp): boolean => hooks.some((hook) => name.test(hook))
    if (is(/^END$/i)) continue
    const { lines: printed, calls } = printedBy(script, body)
    if (!is(/^BEGIN$/i)) {
      most = Math.max(most, calls)
      const own = printed.filter((line) => !isBlank(line))
      rows.push(...own)
      prints ||= own.length > 0
      continue
    }
    for (const line of printed) {
      const text = literal(line)
      if (text === undefined) {
        prints = true
        continue
      }
      said.push(text.trimEnd().slice(0, SCRIPT_LIMITS.line))
      const titles = titlesOf(line, text)
      if (titles.length > 1) heading = titles
    }
  }
  const shapes = rows.map(partsOf).filter((parts) => parts.some(({ part }) => part.is !== 'word'))
  // without headings words tell what a value is: these are sentences, no rows
  const table = shapes.filter(
    (parts) => parts.length > 1 && (heading.length > 1 || parts.every(({ part }) => part.is !== 'word')),
  )
  if (table.length === 0) return { lines: [], columns: [], said, prints }
  const calls = Number.isFinite(most) ? { calls: most } : {}
  const widest = table.reduce((most, parts) => (parts.length > most.length ? parts : most))
  const columns = columnsOf(heading, widest)
  return {
    lines: unique(table.map((parts) => parts.map(({ part }) => part))).slice(0, SCRIPT_LIMITS.lines),
    columns: columns.slice(0, SCRIPT_LIMITS.columns),
    said,
    prints,
    ...calls,
  }
}

const isBlank = (line: readonly Piece[]): boolean =>
  line.every((piece) => piece.is === 'text' && piece.text.trim() === '')

/** What these print has no shape that could be read in the script. */
const FREE = new Set(['cat', 'system', 'warnf', 'errorf'])

const isWholeMap = (tokens: readonly Token[] | undefined): boolean => tokens?.length === 1 && tokens[0]!.is === 'map'

const LOOPS = new Set(['unroll', 'while', 'for'])

/** Complete lines of one probe, in the order of its text, and the most calls that make one. */
const printedBy = (script: string, body: readonly Token[]): { lines: Piece[][]; calls: number } => {
  const lines: Piece[][] = []
  let line: Piece[] = []
  let calls = 0
  let most = body.some(({ is, text }) => is === 'word' && LOOPS.has(text)) ? Infinity : 0
  const add = (pieces: readonly Piece[]): void => {
    most = Math.max(most, ++calls)
    for (const piece of pieces) {
      if (piece.is === 'value') line.push(piece)
      else
        piece.text.split('\n').forEach((part, index) => {
          if (index > 0) {
            lines.push(line)
            line = []
            calls = 1
          }
          if (part !== '') line.push({ is: 'text', text: part })
        })
    }
    if (line.length === 0) calls = 0
  }
  for (let i = 0; i < body.length; i++) {
    const { is, text } = body[i]!
    if (is !== 'word' || body[i + 1]?.text !== '(') continue
    const end = closing(body, i + 1)
    const args = separated(body.slice(i + 2, end))
    if (text === 'printf')
      add(
        piecesOf(
          format(args[0]),
          args.slice(1).map((arg) => written(script, arg)),
        ),
      )
    else if (text === 'time') add(timePieces(args.length > 0 ? format(args[0]) : '%H:%M:%S\n'))
    else if (text === 'join')
      add([
        { is: 'value', pad: 0, left: true, as: 'text', of: 'ARGS' },
        { is: 'text', text: '\n' },
      ])
    else if (text === 'print' && !isWholeMap(args[0])) {
      const isTuple = args[0]?.[0]?.text === '('
      const parts = isTuple ? separated(args[0]!.slice(1, -1)) : args.slice(0, 1)
      add(
        parts.flatMap((part, index): Piece[] => [
          ...(index > 0 ? [{ is: 'text', text: ' ' } as const] : []),
          { is: 'value', pad: 0, left: true, as: 'text', of: written(script, part) },
        ]),
      )
      add([{ is: 'text', text: '\n' }])
    } else if (FREE.has(text))
      add([
        { is: 'value', pad: 0, left: true, as: 'text', of: text.toUpperCase() },
        { is: 'text', text: '\n' },
      ])
  }
  if (line.length > 0) lines.push(line)
  return { lines, calls: most }
}

const format = (tokens: readonly Token[] | undefined): string =>
  (tokens ?? [])
    .filter(({ is }) => is === 'text')
    .map(({ text }) => text)
    .join('')
    .replace(/\\(.)/gs, (_, character: string) => ({ n: '\n', t: '\t' })[character] ?? character)

/** A format of strftime: in one piece where it has no blanks within. */
const timePieces = (text: string): Piece[] => {
  const [, before, rest] = /^((?:%.|[^%\s])+)(.*)$/s.exec(text) ?? [undefined, '', text]
  return [
    ...(before ? [{ is: 'value', pad: 0, left: true, as: 'text', of: 'TIME' } as const] : []),
    { is: 'text', text: rest!.replace(/%./g, '0') },
  ]
}

const CONVERSION = /%(-?)[+ #0]*(\d*)(?:\.\d+)?(?:hh|h|ll|l|j|z|t)?([a-zA-Z%])/g

const piecesOf = (text: string, args: readonly string[]): Piece[] => {
  const pieces: Piece[] = []
  let from = 0
  let arg = 0
  for (const found of text.matchAll(CONVERSION)) {
    if (found.index > from) pieces.push({ is: 'text', text: text.slice(from, found.index) })
    from = found.index + found[0].length
    const [, left, width, letter] = found as unknown as [string, string, string, string]
    if (letter === '%') pieces.push({ is: 'text', text: '%' })
    else
      pieces.push({
        is: 'value',
        pad: Math.min(999, Number(width)),
        left: left === '-',
        as: 'diuc'.includes(letter) ? 'number' : 'text',
        of: args[arg++] ?? '',
      })
  }
  if (from < text.length) pieces.push({ is: 'text', text: text.slice(from) })
  return pieces
}

/** What a line always is, when it has nothing but literals in it. */
const literal = (line: readonly Piece[]): string | undefined => {
  let text = ''
  for (const piece of line) {
    if (piece.is === 'text') text += piece.text
    else {
      const value = /^"((?:[^"\\]|\\.)*)"$/s.exec(piece.of)?.[1]
      if (value === undefined) return undefined
      text += piece.left ? value.padEnd(piece.pad) : value.padStart(piece.pad)
    }
  }
  return text
}

/** Headings: its literals, or its words where all of them are in capitals. */
const titlesOf = (line: readonly Piece[], text: string): string[] => {
  const values = line.flatMap((piece) => (piece.is === 'value' ? [piece.of.slice(1, -1).trim()] : []))
  if (values.length > 1) return values
  const words = text.trim().split(/\s+/)
  return words.every((word) => /[A-Z]/.test(word) && !/[a-z]/.test(word.replace(/\(.*?\)/g, ''))) ? words : []
}

interface Shaped {
  part: LinePart
  /** What is printed there; of a word itself. */
  of: string
}

/** Pieces between blanks are one part. */
const partsOf = (line: readonly Piece[]): Shaped[] => {
  const groups: Piece[][] = [[]]
  for (const piece of line) {
    if (piece.is === 'value') {
      groups.at(-1)!.push(piece)
      continue
    }
    piece.text.split(/\s+/).forEach((word, index) => {
      if (index > 0) groups.push([])
      if (word !== '') groups.at(-1)!.push({ is: 'text', text: word })
    })
  }
  return groups
    .filter((group) => group.length > 0)
    .map(shapeOf)
    .slice(0, SCRIPT_LIMITS.parts)
}

const shapeOf = (group: readonly Piece[]): Shaped => {
  const values = group.flatMap((piece) => (piece.is === 'value' ? [piece] : []))
  const [value] = values
  if (!value) {
    const word = group.map((piece) => (piece.is === 'text' ? piece.text : '')).join('')
    return { part: { is: 'word', word: word.slice(0, SCRIPT_LIMITS.line) }, of: word }
  }
  const of = values.map((each) => each.of).join(', ')
  if (group.length > 1) return { part: { is: 'text' }, of }
  if (value.as === 'number') return { part: { is: 'number' }, of }
  return { part: { is: 'text', ...(value.left && value.pad > 0 ? { pad: value.pad } : {}) }, of }
}

const columnsOf = (heading: readonly string[], parts: readonly Shaped[]): ScriptColumn[] => {
  const titles =
    heading.length > 1 && heading.length <= parts.length ? heading : parts.map(({ of }) => wordsOf(of).title)
  return titles.map((title, index): ScriptColumn => {
    const { part, of } = parts[index]!
    const isLast = index === titles.length - 1 && parts.length > titles.length
    const dim = DIMS[title.toUpperCase().replace(/\W.*$/, '')] ?? dimOf(of)
    const is = part.is === 'number' && !isLast ? 'number' : 'text'
    const isNumbered = dim === 'pid' || dim === 'tid' || dim === 'cpu'
    return {
      title: (title || 'VALUE').slice(0, SCRIPT_LIMITS.title),
      is,
      ...(dim && isNumbered === (is === 'number') ? { dim } : {}),
      ...(is === 'number' ? measured(title) : {}),
    }
  })
}

/** Control groups are printed as numbers. */
const dimOf = (of: string): Dimension | undefined => {
  const { dim } = wordsOf(of)
  return dim === 'cgroup' ? undefined : dim
}

/** Titles say it in brackets: LAT(ms). */
const measured = (title: string): Pick<ScriptColumn, 'unit' | 'worth'> => {
  const [, inside] = /\((\w+)\)/.exec(title) ?? []
  const worth = { ns: 1, us: 1000, ms: 1e6, s: 1e9 }[(inside ?? '').toLowerCase()]
  if (worth !== undefined && !/^TIME/i.test(title)) return { unit: 'ns', worth }
  return { unit: 'id' }
}

const unique = (lines: readonly LinePart[][]): LinePart[][] => {
  const seen = new Set<string>()
  return lines.filter((line) => {
    const text = JSON.stringify(line)
    return !seen.has(text) && seen.add(text)
  })
}

/** Whether no printf() of it has a line within: what comes with one has it from a text that is printed. */
export const printsWholeLines = (script: string): boolean =>
  !/\b[ku]stack\b/.test(script) && tokensOf(script).every(({ is, text }) => is !== 'text' || !/(?:\\n|\n)./s.test(text))
