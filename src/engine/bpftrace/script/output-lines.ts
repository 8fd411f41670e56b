// Makes lines of what a script prints in pieces, and rows of these lines by the shapes that were read in the script.
// Linear in the length of a line, whatever is in it; a line that fits no shape is text. From 0.22 on what two CPUs print at
// once comes mixed: of two lines that begin with the same piece (the time) both beginnings, then what is left of each. Where
// the beginnings differ nothing says which the rest belongs to: all of it is text until as many lines have ended as began.
import type { LinePart, ScriptColumn, ScriptPlan } from '../../../stream/script.ts'
import { EVENTS, TEXT } from '../../../model/scripts/tabs.ts'
import type { ProbeSpec } from '../../../stream/spec.ts'
import type { TableCell, TablesData } from '../../../stream/tables.ts'

/** A line that is not ended is one after so long. */
const PATIENCE_MS = 100
const LONGEST_LINE = 16_384
const LONGEST_CELL = 1000

export type PrintedLine = { atMs: number } & ({ cells: TableCell[] } | { text: string })

interface Lines {
  /** A piece of one, or several. */
  print(text: string, atMs: number): void
  /** Those since the last call. */
  take(nowMs: number): PrintedLine[]
  /** So many pieces have not come. */
  missed(count: number): void
  /** With those that are more than were kept; since the last call. */
  lost(): number
}

/** Lines kept for one interval. */
export const MOST_LINES = 2000

export const createLines = (plan: Pick<ScriptPlan, 'lines' | 'calls' | 'columns' | 'said' | 'retain'>): Lines => {
  const said = new Set(plan.said)
  let lines: PrintedLine[] = []
  let partial = ''
  let partialMs = 0
  /** The piece that the partial line begins with, and how often it stands there. */
  let beginning = { piece: '', times: 0 }
  /** Pieces of lines that have not ended, whosever. */
  let open = 0
  const mostOpen = (plan.calls ?? Infinity) - 1
  let lost = 0

  const begins = (piece: string): void => {
    if (partial === '') beginning = { piece, times: 1 }
    else if (piece === beginning.piece && partial.length === piece.length * beginning.times) beginning.times++
  }

  /** The row of the first of several lines whose beginnings came together; those of the others stay. */
  const rowOfFirst = (line: string): TableCell[] | undefined => {
    const { piece, times } = beginning
    if (times < 2) return undefined
    const others = piece.repeat(times - 1)
    const cells = rowOf(line.slice(others.length), plan)
    if (!cells) return undefined
    partial = others
    beginning = { piece, times: times - 1 }
    return cells
  }

  const end = (atMs: number): void => {
    const line = partial.trimEnd()
    const isMixed = open > mostOpen
    partial = ''
    open = Math.max(0, open - mostOpen)
    if (line.trim() === '' || said.has(line)) return
    const cells = (isMixed ? undefined : rowOf(line, plan)) ?? rowOfFirst(line)
    if (lines.length >= MOST_LINES) return void lost++
    // those before are not wanted any more
    if (lines.length === plan.retain) lines.shift()
    lines.push(cells ? { atMs, cells } : { atMs, text: line.slice(0, LONGEST_CELL) })
  }

  return {
    print(text, atMs) {
      let from = 0
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
        partial += text.slice(from, Math.min(at, from + LONGEST_LINE))
        from = at + 1
        end(atMs)
      }
      if (from < text.length) {
        begins(text.slice(from))
        open++
      }
      partial = (partial + text.slice(from)).slice(0, LONGEST_LINE)
      partialMs = atMs
    },
    take(nowMs) {
      if (nowMs - partialMs > PATIENCE_MS) {
        if (partial !== '') end(partialMs)
        open = 0
      }
      const taken = lines
      lines = []
      return taken
    },
    missed(count) {
      lost += count
      open = 0
    },
    lost() {
      const count = lost
      lost = 0
      return count
    },
  }
}

/** As the tables of a script's spec that has them, each with how long ago it was printed. */
export const lineTables = (
  { tables }: Pick<ProbeSpec, 'tables'>,
  lines: readonly PrintedLine[],
  nowMs: number,
): TablesData['tables'] => {
  const tableOf = (id: string, cellsOf: (line: PrintedLine) => TableCell[] | undefined): TablesData['tables'] => {
    const fields = tables[id]
    if (!fields) return {}
    const rows = lines.flatMap((line) => {
      const cells = cellsOf(line)
      return cells ? [[Math.max(0, nowMs - line.atMs), ...cells]] : []
    })
    return { [id]: { columns: fields.map((field) => field.id), rows } }
  }
  return {
    ...tableOf(EVENTS, (line) => ('cells' in line ? line.cells : undefined)),
    ...tableOf(TEXT, (line) => ('text' in line ? [line.text] : undefined)),
  }
}

/** Its cells, by the first shape that it has. */
export const rowOf = (
  line: string,
  { lines, columns }: Pick<ScriptPlan, 'lines' | 'columns'>,
): TableCell[] | undefined => {
  for (const parts of lines) {
    const texts = textsOf(line, parts, columns.length)
    if (texts) return texts.map((text, index) => cellOf(text, columns[index]!))
  }
  return undefined
}

/** What stands in each column; undefined when the line has another shape. Parts beyond the columns belong to the last. */
const textsOf = (line: string, parts: readonly LinePart[], columns: number): string[] | undefined => {
  const texts: string[] = []
  let at = 0
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    const isLastPart = i === parts.length - 1
    at = skipBlanks(line, at)
    if (i >= columns - 1 && isLastPart && part.is === 'text')
      return [...texts.slice(0, columns - 1), lastOf(line, texts, at, columns)]
    const end = part.pad !== undefined ? paddedEnd(line, at, part.pad) : wordEnd(line, at)
    const text = line.slice(at, end).trim()
    if (!fits(text, part)) return undefined
    if (i < columns) texts.push(text)
    else texts[columns - 1] += ` ${text}`
    at = end
  }
  return skipBlanks(line, at) < line.length ? undefined : texts
}

const lastOf = (line: string, texts: readonly string[], at: number, columns: number): string =>
  [...texts.slice(columns - 1), line.slice(at)].join(' ')

const fits = (text: string, { is, word }: LinePart): boolean =>
  is === 'number' ? /^-?\d{1,20}(\.\d{1,9})?$/.test(text) : is === 'word' ? text === word : true

const skipBlanks = (line: string, at: number): number => {
  while (line[at] === ' ' || line[at] === '\t') at++
  return at
}

const wordEnd = (line: string, from: number): number => {
  let at = from
  while (at < line.length && line[at] !== ' ' && line[at] !== '\t') at++
  return at
}

/** A text of fixed width may have blanks within, and may be longer. */
const paddedEnd = (line: string, from: number, pad: number): number =>
  from + pad >= line.length ? line.length : wordEnd(line, from + pad)

const cellOf = (text: string, { is, worth }: ScriptColumn): TableCell => {
  if (is === 'text') return text.slice(0, LONGEST_CELL)
  const number = Number(text)
  return text !== '' && Number.isFinite(number) ? number * (worth ?? 1) : null
}
