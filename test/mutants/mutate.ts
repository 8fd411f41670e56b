// What can be changed in a source: every place at which one small change gives another program that still runs. Words
// are left alone, and so are types, how much is kept at most (MOST_, LONGEST_, MAX_), and what is as good as it was: by how
// much an order is less or more.
import { parseSync } from 'oxc-parser'

/** A change: characters [start, end) of the source become `to`. `what` says it in a few words. `first`: a statement begins
 * with it, which must not be read as arguments of the line before. */
export type Site = { start: number; end: number; to: string; statement: boolean; first: boolean; what: string }

type Node = { type: string; start: number; end: number } & Record<string, unknown>

const OPERATORS: Record<string, string> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '&&': '||',
  '||': '&&',
}
const METHODS = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
])
/** Calls without which there is still a value of the same type. */
const LEFT_OUT = new Set(['filter', 'toSorted', 'toReversed', 'slice', 'reverse', 'sort', 'padStart', 'padEnd', 'trim'])
const HAS_VALUE = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'])

const BOUND = /^(MOST|LONGEST|MAX)(_|\.|$)/
/** One more or one less than there may be at most is no other behaviour than another bound would be. */
const ORDER = new Set(['<', '<=', '>', '>='])
const isMinusOne = (node: Node): boolean =>
  node.type === 'UnaryExpression' && node['operator'] === '-' && (node['argument'] as Node)['value'] === 1

/** One more of so many is rounded away wherever it is written, and no other behaviour than the number itself: twice as many
 * are. */
const LARGE = 1000
const otherNumber = (value: number): number => (value < LARGE ? value + 1 : value * 2)

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string'

/** Parts of a node that are evaluated when it is. */
const parts = (node: Node): Node[] => {
  if (node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration') return []
  if (HAS_VALUE.has(node.type)) return [node['expression'] as Node]
  if (node.type.startsWith('TS')) return []
  return Object.entries(node).flatMap(([name, value]) => {
    if (name === 'key' && node['computed'] !== true) return []
    if (name === 'property' && node['computed'] !== true && node.type === 'MemberExpression') return []
    return (Array.isArray(value) ? value : [value]).filter(isNode)
  })
}

/** Throws Error where the source is not TypeScript. */
export const sitesOf = (source: string): Site[] => {
  const { program, errors } = parseSync('source.ts', source)
  if (errors.length > 0) throw new Error(errors[0]!.message)
  const sites: Site[] = []
  const text = (node: Node): string => source.slice(node.start, node.end)
  const add = (node: Node, to: string, statement = false): void => {
    const shorten = (code: string): string => code.replace(/\s+/g, ' ').slice(0, 60)
    sites.push({
      start: node.start,
      end: node.end,
      to,
      statement,
      first: firsts.has(node.start),
      what: `${shorten(text(node))} -> ${shorten(to) || 'nothing'}`,
    })
  }
  const firsts = new Set<number>()
  /** Parts of `a?.b.c()` cannot be put in brackets: what follows them would no longer be left out. */
  const inChain = new Set<Node>()
  /** The ones of `? -1 : 1`. */
  const ofOrder = new Set<unknown>()
  const visit = (node: Node): void => {
    const part = (name: string): Node => node[name] as Node
    if (node.type === 'VariableDeclarator' && BOUND.test(text(part('id')))) return
    for (const list of [node['body'], node['consequent']])
      if (Array.isArray(list)) for (const { start } of list.filter(isNode)) firsts.add(start)
    switch (node.type) {
      case 'BinaryExpression':
      case 'LogicalExpression': {
        const operator = node['operator'] as string
        const other = OPERATORS[operator]
        const isBound = ORDER.has(operator) && [part('left'), part('right')].some((each) => BOUND.test(text(each)))
        if (other && !isBound) add(node, `(${text(part('left'))}) ${other} (${text(part('right'))})`)
        if (operator === '??') add(node, `(${text(part('left'))})`)
        break
      }
      case 'UnaryExpression':
        if (node['operator'] === '!' || node['operator'] === '-') add(node, `(${text(part('argument'))})`)
        break
      case 'Literal':
        if (typeof node['value'] === 'boolean') add(node, String(!node['value']))
        if (typeof node['value'] === 'number' && !ofOrder.has(node)) add(node, String(otherNumber(node['value'])))
        break
      case 'ConditionalExpression':
        add(part('test'), `!(${text(part('test'))})`)
        for (const way of [part('consequent'), part('alternate')])
          if (isMinusOne(way))
            for (const one of [way['argument'], part('consequent'), part('alternate')]) ofOrder.add(one)
        break
      case 'IfStatement':
        add(part('test'), 'false')
        break
      case 'ExpressionStatement':
        if (/^(Call|Assignment|Update)Expression$/.test(part('expression').type)) add(node, '', true)
        break
      case 'ChainExpression':
        for (
          let link = part('expression');
          link;
          link = (link['callee'] ?? link['object'] ?? link['expression']) as Node
        )
          inChain.add(link)
        break
      case 'CallExpression': {
        if (inChain.has(node)) break
        const callee = part('callee')
        if (callee.type !== 'MemberExpression' || callee['computed'] === true) break
        const [object, property] = [callee['object'] as Node, callee['property'] as Node]
        const rest = source.slice(property.end, node.end)
        const other = METHODS.get(text(property))
        if (other) add(node, `${source.slice(node.start, property.start)}${other}${rest}`)
        if (LEFT_OUT.has(text(property))) add(node, `(${text(object)})`)
        break
      }
    }
    for (const child of parts(node)) visit(child)
  }
  visit(program as unknown as Node)
  return sites
}

/** Where functions begin, and those end that are an expression. */
const functionsOf = (source: string): { start: number; end?: number }[] => {
  const found: { start: number; end?: number }[] = []
  const visit = (node: Node): void => {
    const body = node['body'] as Node | undefined
    if (/Function/.test(node.type) && isNode(body))
      found.push(body.type === 'BlockStatement' || body.type === 'FunctionBody' ? { start: body.start + 1 } : body)
    for (const child of parts(node)) visit(child)
  }
  visit(parseSync('source.ts', source).program as unknown as Node)
  return found
}

/** Code in which a mutant is chosen when it runs: `mutant(n)` says whether it is the n-th. `seen`: numbers that are asked for
 * whenever a function of it runs, beside those of the mutants. */
export const withMutants = (
  source: string,
  chosen: readonly (Site & { number: number })[],
  seen: readonly number[] = [],
): string => {
  const asked = seen.map((number) => `mutant(${number})`)
  const isWithin = (at: number): boolean => chosen.some(({ start, end }) => start < at && at < end)
  const marks = (asked.length === 0 ? [] : functionsOf(source))
    .filter(({ start, end = start }) => !isWithin(start) && !isWithin(end))
    .flatMap(({ start, end }) =>
      end === undefined
        ? [{ start, end: start, to: `${asked.join(';')};` }]
        : [
            { start, end: start, to: `(${asked.join(', ')}, (` },
            { start: end, end, to: '))' },
          ],
    )
  const changes = chosen.map(({ start, end, to, statement, first, number }) => {
    const original = source.slice(start, end)
    const either = `${first ? ';' : ''}(mutant(${number}) ? (${to}) : (${original}))`
    return { start, end, to: statement ? `{ if (!mutant(${number})) { ${original} } }` : either }
  })
  // what begins at one place: a mark is put before what is changed there
  return [...changes, ...marks]
    .toSorted((a, b) => b.start - a.start || b.end - a.end)
    .reduce((code, { start, end, to }) => code.slice(0, start) + to + code.slice(end), source)
}
