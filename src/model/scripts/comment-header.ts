// What a script says of itself in the comments above its first probe: `// title: …` and the like, those of PCP
// (`// name:`, `// include:`, `// table-retain-lines:`), or the first line of a comment as bpftrace's own tools have it.
import { SCRIPT_LIMITS, type ScriptVersion } from '../../stream/script.ts'

export interface Header {
  title?: string
  question?: string
  /** How its numbers come about, and what is normal. */
  howToRead?: string
  unit?: string
  columns?: readonly string[]
  sort?: string
  version?: ScriptVersion
  /** Maps to show, in their order; absent: all that are results. */
  include?: readonly string[]
  area?: string
  /** So many printed lines are kept, the last ones. */
  retain?: number
}

const MOST_LINES = 80
const MOST_CHARACTERS = 16_384

export const headerOf = (script: string): Header => {
  const header: { -readonly [K in keyof Header]: Header[K] } = {}
  const lines = script.slice(0, MOST_CHARACTERS).split('\n', MOST_LINES)
  let isBlock = false
  let isBegun = false
  let last: 'question' | 'howToRead' | undefined
  for (const line of lines) {
    const text = line.trim()
    if (text.startsWith('#!') || text === '') continue
    if (text.startsWith('/*')) isBlock = true
    const inside = isBlock ? text.replace(/^\/?\*+\/?/, '').replace(/\*\/$/, '') : /^\/\/(.*)$/.exec(text)?.[1]
    if (isBlock && text.endsWith('*/')) isBlock = false
    if (inside === undefined) break
    const [, key, value] = /^\s*([a-z][a-z-]*)\s*:\s*(.*?)\s*$/.exec(inside) ?? []
    if (key !== undefined && KEYS[key]) {
      KEYS[key]!(header, plain(value!))
      last = key === 'question' ? 'question' : key === 'read' || key === 'how-to-read' ? 'howToRead' : undefined
    } else if (last && /^\s{2,}\S/.test(inside)) header[last] = plain(`${header[last]} ${inside.trim()}`)
    else if (!isBegun && inside.trim() !== '') {
      last = undefined
      firstLine(header, inside)
      isBegun = true
    }
  }
  return header
}

type Filled = { -readonly [K in keyof Header]: Header[K] }

const list = (value: string): string[] =>
  value
    .split(/\s*,\s*/)
    .filter((part) => part !== '')
    .slice(0, SCRIPT_LIMITS.columns)

const KEYS: Record<string, (header: Filled, value: string) => void> = {
  title: (header, value) => (header.title = value.slice(0, SCRIPT_LIMITS.title)),
  name: (header, value) => (header.title ??= value.slice(0, SCRIPT_LIMITS.title)),
  question: (header, value) => (header.question = value),
  read: (header, value) => (header.howToRead = value),
  'how-to-read': (header, value) => (header.howToRead = value),
  unit: (header, value) => (header.unit = value),
  columns: (header, value) => (header.columns = list(value).map((title) => title.slice(0, SCRIPT_LIMITS.title))),
  sort: (header, value) => (header.sort = value.slice(0, SCRIPT_LIMITS.title)),
  // one line with all, or a line each
  include: (header, value) =>
    (header.include = [...(header.include ?? []), ...list(value.replace(/\s+/g, ','))].slice(0, SCRIPT_LIMITS.columns)),
  area: (header, value) => (header.area = value.slice(0, SCRIPT_LIMITS.title)),
  'table-retain-lines': (header, value) => {
    if (/^\d{1,9}$/.test(value) && Number(value) > 0) header.retain = Math.min(Number(value), SCRIPT_LIMITS.retain)
  },
  version: (header, value) => {
    const found = /(\d+)\.(\d+)/.exec(value)
    if (found) header.version = [Number(found[1]), Number(found[2])]
  },
}
KEYS.bpftrace = KEYS.version!

/** `runqlat.bt   CPU scheduler run queue latency as a histogram.` */
const firstLine = (header: Filled, text: string): void => {
  const [, name, words] = /^\s*([\w.-]+?)(?:\.bt)?(?:\t+\s*|\s{2,}|\s+-\s+)(\S.*?)\s*$/.exec(text) ?? []
  if (name === undefined) return
  header.title ??= name
  header.question ??= plain(words!)
}

/** Nothing that a terminal might take for more than characters. */
const plain = (text: string): string =>
  text.replace(/\t/g, ' ').replace(/\p{C}/gu, '').slice(0, SCRIPT_LIMITS.sentence).trimEnd()
