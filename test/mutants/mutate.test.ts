// What is changed in a source, what is not, and that a mutant is off until it is wanted.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { ROOT } from '../../src/paths.ts'
import { choose } from './choose.ts'
import { EXCUSED } from './excused.ts'
import { sitesOf, withMutants } from './mutate.ts'

const changes = (source: string): string[] => sitesOf(source).map(({ what }) => what)

test('operators, numbers, conditions, calls and statements', (t) => {
  t.deepEqual(changes('a < 2'), ['a < 2 -> (a) <= (2)', '2 -> 3'])
  t.deepEqual(changes('x = list.filter(f) ?? y'), [
    'x = list.filter(f) ?? y -> nothing',
    'list.filter(f) ?? y -> (list.filter(f))',
    'list.filter(f) -> (list)',
  ])
  t.deepEqual(changes('const word = a.toString(b)'), [])
  t.deepEqual(changes('const m = Math.max(a, -b)'), ['Math.max(a, -b) -> Math.min(a, -b)', '-b -> (b)'])
  t.deepEqual(changes('if (a) b()'), ['a -> false', 'b() -> nothing'])
})

test('a number is one more, a large one twice as much', (t) => {
  t.deepEqual(changes('const a = [0, 999, 1000, 60_000, 1e6]'), [
    '0 -> 1',
    '999 -> 1000',
    '1000 -> 2000',
    '60_000 -> 120000',
    '1e6 -> 2000000',
  ])
})

test('types, imports, names and words are left alone', (t) => {
  t.deepEqual(
    changes(`import a from 'b'\ntype T = 1 | 2\nconst c = { 3: 'word' } as const satisfies Record<3, 'word'>`),
    [],
  )
})

test('how much is kept at most, and by how much an order is less or more, are left alone', (t) => {
  t.deepEqual(changes('const MOST_ROWS = 20\nconst LEAST = 3'), ['3 -> 4'])
  t.deepEqual(changes('x = n >= MOST_ROWS || LONGEST.id < n'), [
    'x = n >= MOST_ROWS || LONGEST.id < n -> nothing',
    'n >= MOST_ROWS || LONGEST.id < n -> (n >= MOST_ROWS) && (LONGEST.id < n)',
  ])
  t.deepEqual(changes('f = a < b ? -1 : 1'), [
    'f = a < b ? -1 : 1 -> nothing',
    'a < b -> !(a < b)',
    'a < b -> (a) <= (b)',
    '-1 -> (1)',
  ])
})

test('what is excused is there', (t) => {
  const isThere = ({ file, what }: (typeof EXCUSED)[number]): boolean =>
    sitesOf(readFileSync(join(ROOT, file), 'utf8')).some((site) => site.what === what)
  t.deepEqual(
    EXCUSED.filter((each) => !isThere(each)),
    [],
  )
  t.false(isThere({ ...EXCUSED[0]!, what: 'what nobody wrote' }))
})

test('what is excused is not chosen', (t) => {
  const [{ file, what }] = EXCUSED as [(typeof EXCUSED)[number]]
  const source = readFileSync(join(ROOT, file), 'utf8')
  const chosen = choose(new Map([[file, source]]), Infinity, 1)
  t.true(chosen.length > 5)
  t.false(chosen.some((each) => each.what === what))
})

test('what a mutant stands in means what it did', (t) => {
  t.deepEqual(changes('const x = a?.filter(f).slice(g)'), [])
  const source = 'if (a) add(1); else add(2)'
  const sites = sitesOf(source).filter(({ statement }) => statement)
  const code = withMutants(
    source,
    sites.map((site, i) => ({ ...site, number: i + 1 })),
  )
  for (const [a, expected] of [
    [true, 1],
    [false, 2],
  ] as const) {
    const added: number[] = []
    new Function('a', 'add', 'mutant', code)(
      a,
      (number: number) => added.push(number),
      () => false,
    )
    t.deepEqual(added, [expected])
  }
})

test('a line that begins with a mutant is not read as what the line before is called with', (t) => {
  const source = 'const a = list\nlist.slice(1).forEach(add)\nif (a) list.slice(2).forEach(add)\n'
  const sites = sitesOf(source).filter(({ what }) => what.startsWith('list.slice') && what.endsWith('(list)'))
  const code = withMutants(
    source,
    sites.map((site, i) => ({ ...site, number: i + 1 })),
  )
  const added: number[] = []
  new Function('list', 'add', 'mutant', code)(
    [1, 2, 3],
    (number: number) => added.push(number),
    () => false,
  )
  t.deepEqual(added, [2, 3, 3])
})

test('a mutant is off until it is wanted', (t) => {
  const source = 'const f = (a) => { add(a); return a > 1 ? a : 0 }; return f(2)'
  const body = source.replace('return f(2)', '')
  const sites = sitesOf(body).map((site, i) => ({ ...site, number: i + 1 }))
  const outcome = (what: string, on: boolean): unknown => {
    const site = sites.find((each) => each.what.startsWith(what))!
    const code = withMutants(source, [site])
    const added: number[] = []
    const result: unknown = new Function('add', 'mutant', code)(
      (a: number) => added.push(a),
      () => on,
    )
    return [result, added.length]
  }
  t.deepEqual(outcome('a > 1', false), [2, 1])
  t.deepEqual(outcome('a > 1 ->', true), [0, 1])
  t.deepEqual(outcome('add(a)', true), [2, 0])
})

test('functions say that they ran, whatever is changed in them', (t) => {
  const source = 'const f = (a) => a + 1; const g = (a) => { return f(a) }; const h = () => ({ a: g(1) }); return h().a'
  const body = source.replace('return h().a', '')
  for (const site of [undefined, ...sitesOf(body)]) {
    const asked: number[] = []
    const code = withMutants(source, site ? [{ ...site, number: 1 }] : [], [-5, -7])
    const result: unknown = new Function('mutant', code)((number: number) => (asked.push(number), false))
    t.is(result, 2)
    for (const seen of [-5, -7]) t.is(asked.filter((number) => number === seen).length, 3, site?.what)
  }
})

test('the same seed chooses the same, without overlap', (t) => {
  const sources = new Map([['a.ts', 'const a = 1 + 2 * 3 - 4\nconst b = a < 5']])
  const chosen = choose(sources, 4, 7)
  t.deepEqual(choose(sources, 4, 7), chosen)
  for (const one of chosen)
    for (const other of chosen) t.true(one === other || one.end <= other.start || other.end <= one.start)
  t.is(new Set(chosen.map(({ number }) => number)).size, chosen.length)
})
