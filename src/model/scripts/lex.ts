// Cuts a bpftrace script into tokens, linear in its length, and these into probes: where each attaches and what it does.
// No compiler: what it does not understand it passes over, and bpftrace has the last word.

export interface Token {
  is: 'word' | 'map' | 'text' | 'number' | 'sign'
  /** As written; of a text without its quotes, escapes as they are. */
  text: string
  at: number
  end: number
}

/** `hooks`: attach points as written; `filter`: from the slash before its first map, where it has one. */
export interface ProbeBlock {
  hooks: readonly string[]
  filter: readonly Token[]
  body: readonly Token[]
}

const WORD = /[A-Za-z_$][\w$]*/y
const MAP = /@\w*/y
const NUMBER = /\d[\w.]*/y
const SIGNS = /->|\+\+|--|[+\-*/%&|^<>=!]=|&&|\|\||<<|>>/y

/** Comments and preprocessor lines are left out. */
export const tokensOf = (script: string): Token[] => {
  const tokens: Token[] = []
  let at = 0
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(script)?.[0]
  }
  const add = (is: Token['is'], text: string, end: number): void => {
    tokens.push({ is, text, at, end })
    at = end
  }
  while (at < script.length) {
    const character = script[at]!
    if (/\s/.test(character)) at++
    else if (script.startsWith('//', at) && !isInPath(tokens, at)) at = endOfLine(script, at)
    else if (script.startsWith('/*', at) && !isInPath(tokens, at)) {
      const end = script.indexOf('*/', at + 2)
      at = end < 0 ? script.length : end + 2
    } else if (character === '#' && isLineStart(script, at)) at = endOfDirective(script, at)
    else if (character === '"') {
      const end = endOfText(script, at + 1)
      add('text', script.slice(at + 1, end), end + 1)
    } else {
      const word = match(WORD)
      const map = word === undefined ? match(MAP) : undefined
      const number = map === undefined && word === undefined ? match(NUMBER) : undefined
      if (word !== undefined) add('word', word, at + word.length)
      else if (map !== undefined) add('map', map, at + map.length)
      else if (number !== undefined) add('number', number, at + number.length)
      else {
        const sign = match(SIGNS) ?? character
        add('sign', sign, at + sign.length)
      }
    }
  }
  return tokens
}

/** In an attach point like `uprobe:/lib/*:malloc` these are no comments: they touch what is before them. */
const isInPath = (tokens: readonly Token[], at: number): boolean => {
  const last = tokens.at(-1)
  if (last === undefined || last.end !== at) return false
  if (last.text === '/' || last.text === ':' || last.text === '*') return true
  for (let i = tokens.length - 1, end = at; i >= 0 && i > tokens.length - MOST_OF_PATH; end = tokens[i]!.at, i--) {
    if (tokens[i]!.end !== end) return false
    if (tokens[i]!.text === ':') return tokens[i + 1]?.text === '/'
  }
  return false
}

const MOST_OF_PATH = 200

const endOfLine = (script: string, at: number): number => {
  const end = script.indexOf('\n', at)
  return end < 0 ? script.length : end
}

const isLineStart = (script: string, at: number): boolean =>
  /^\s*$/.test(script.slice(script.lastIndexOf('\n', at - 1) + 1, at))

/** Goes on behind a backslash. */
const endOfDirective = (script: string, at: number): number => {
  let end = endOfLine(script, at)
  while (script[end - 1] === '\\' && end < script.length) end = endOfLine(script, end + 1)
  return end
}

const endOfText = (script: string, from: number): number => {
  let at = from
  while (at < script.length && script[at] !== '"') at += script[at] === '\\' ? 2 : 1
  return Math.min(at, script.length)
}

/** What stands at the outside and has a body: probes, but also structs, macros, functions and `config`, left out here. */
export const probesOf = (script: string): ProbeBlock[] => {
  const tokens = tokensOf(script)
  const probes: ProbeBlock[] = []
  let head = 0
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]!.text === ';' && tokens[i]!.is === 'sign') head = i + 1
    if (tokens[i]!.text !== '{' || tokens[i]!.is !== 'sign') continue
    const end = closing(tokens, i)
    const first = tokens[head]
    if (first && !OTHERS.has(first.text)) {
      const before = tokens.slice(head, i)
      const map = before.findIndex(({ is }) => is === 'map')
      probes.push({
        hooks: hooksOf(script, before),
        filter: map < 0 ? [] : before.slice(Math.max(0, map - 1)),
        body: tokens.slice(i + 1, end),
      })
    }
    i = end
    head = end + 1
  }
  return probes
}

const OTHERS = new Set(['config', 'struct', 'union', 'enum', 'macro', 'fn', 'import', 'typedef'])

/** Of the brace that closes the one at `open`; else of the end, or where it has gone on for too long. */
export const closing = (tokens: readonly Token[], open: number, most = tokens.length): number => {
  let depth = 0
  const end = Math.min(tokens.length, open + most)
  for (let i = open; i < end; i++) {
    if (tokens[i]!.is !== 'sign') continue
    if (OPENING.has(tokens[i]!.text)) depth++
    else if (CLOSING.has(tokens[i]!.text) && --depth === 0) return i
  }
  return end
}

const OPENING = new Set(['{', '(', '['])
const CLOSING = new Set(['}', ')', ']'])

/** Without the predicate: a slash that stands apart from what is before it begins one. */
const hooksOf = (script: string, head: readonly Token[]): string[] => {
  const predicate = head.findIndex(
    ({ text, at }, index) => text === '/' && (index === 0 || head[index - 1]!.end < at) && index > 0,
  )
  const own = predicate < 0 ? head : head.slice(0, predicate)
  const groups: Token[][] = [[]]
  for (const token of own)
    if (token.is === 'sign' && token.text === ',') groups.push([])
    else groups.at(-1)!.push(token)
  return groups
    .filter((group) => group.length > 0)
    .map((group) => script.slice(group[0]!.at, group.at(-1)!.end).replace(/\s+/g, ''))
}
