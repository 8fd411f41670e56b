// What a script says of itself, by hand: which comments are looked at, which lines belong together, and how much of each.
import test from 'ava'
import { headerOf } from '../../../src/model/scripts/comment-header.ts'

const of = (...lines: string[]) => headerOf(lines.join('\n'))
const long = (length: number): string => 'x'.repeat(length)

test('comments above the first line of code, of either kind', (t) => {
  t.deepEqual(of('// title: a', '', '//unit:us', 'k:a { }', '// title: b'), { title: 'a', unit: 'us' })
  t.deepEqual(of('/*', ' * title: a', ' */', 'unit: us'), { title: 'a' })
  t.deepEqual(of('/* title: a */', '// unit: us', 'sort: b'), { title: 'a', unit: 'us' })
  t.deepEqual(of('#!/usr/bin/bpftrace', '// title: a'), { title: 'a' })
  t.deepEqual(of('BEGIN { }', '// title: a'), {})
  t.deepEqual(of(...Array.from({ length: 80 }, () => '//'), '// title: a'), {}, 'not in the first eighty lines')
})

test('a line that goes on is one further in, behind a question or how to read it', (t) => {
  t.deepEqual(of('// question: a', '//   b', '//   c'), { question: 'a b c' })
  t.deepEqual(of('// read: a', '//   b'), { howToRead: 'a b' })
  t.deepEqual(of('// how-to-read: a', '//   b'), { howToRead: 'a b' })
  t.deepEqual(of('// question: a', '// b', '//   c'), { question: 'a' }, 'one that is not ends it')
  t.deepEqual(of('// question: a', '// unit: us', '//   b'), { question: 'a', unit: 'us' })
  t.deepEqual(of('// question: a', '// nobody knows: b', '//   c'), { question: 'a' })
  t.deepEqual(of('//   b', '// question: a'), { question: 'a' })
})

test('the first line of words may be a name and what it does', (t) => {
  t.deepEqual(of('// runqlat.bt\tHow long.'), { title: 'runqlat', question: 'How long.' })
  t.deepEqual(of('// a-b.c - what it does'), { title: 'a-b.c', question: 'what it does' })
  t.deepEqual(of('// only words here', '// x  y'), {}, 'that of the second is no title')
  t.deepEqual(of('// title: a', '// x  y'), { title: 'a', question: 'y' })
  t.deepEqual(of('//', '// x  y'), { title: 'x', question: 'y' })
})

test('keys, ours and those of others', (t) => {
  t.deepEqual(of('// name: a', '// title: b'), { title: 'b' })
  t.deepEqual(of('// title: b', '// name: a'), { title: 'b' })
  t.deepEqual(of('// columns: A, B ,, C'), { columns: ['A', 'B', 'C'] })
  t.deepEqual(of('// include: a b', '// include: c'), { include: ['a', 'b', 'c'] })
  t.deepEqual(of('// sort: -N', '// area: files'), { sort: '-N', area: 'files' })
  t.deepEqual(
    [of('// version: 0.17'), of('// bpftrace: v1.2.3'), of('// version: new')],
    [{ version: [0, 17] }, { version: [1, 2] }, {}],
  )
  t.deepEqual(of('// title: a\u001b[2J\u202eb\tc  '), { title: 'a[2Jb c' })
})

test('so much of each, and no more', (t) => {
  for (const key of ['title', 'name', 'sort', 'area']) {
    const [value] = Object.values(of(`// ${key}: ${long(41)}`))
    t.is(value, long(40), key)
  }
  t.is(of(`// question: ${long(1001)}`).question, long(1000))
  t.deepEqual(of(`// columns: ${long(41)}`).columns, [long(40)])
  const many = Array.from({ length: 25 }, (_, i) => `m${i}`)
  t.deepEqual(of(`// columns: ${many.join(',')}`).columns, many.slice(0, 24))
  t.deepEqual(of('// include: a', `// include: ${many.join(' ')}`).include, ['a', ...many.slice(0, 23)])
})

test('lines that are kept: a number, as many as a list has at most', (t) => {
  const of = (value: string) => headerOf(`// table-retain-lines: ${value}`).retain
  t.deepEqual(['1', '10', '1000', '999999999'].map(of), [1, 10, 1000, 1000])
  for (const wrong of ['0', '-1', 'all', '1.5', '', '1e3', '9'.repeat(40)]) t.is(of(wrong), undefined, wrong)
})
