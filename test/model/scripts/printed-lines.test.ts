// Lines that a script prints, by hand: their parts, columns and units, and which are no rows.
import test from 'ava'
import { probesOf } from '../../../src/model/scripts/lex.ts'
import { linesOf, printsWholeLines } from '../../../src/model/scripts/printed-lines.ts'

const of = (script: string) => linesOf(script, probesOf(script))
const body = (text: string) => of(`k:a { ${text} }`)
const titles = (script: string): string[] => of(script).columns.map(({ title }) => title)
const shapes = (text: string): string[] =>
  body(text).lines.map((line) => line.map(({ is, pad, word }) => `${is}${pad ?? ''}${word ?? ''}`).join(' '))
const long = (length: number): string => 'x'.repeat(length)

test('numbers and texts, how wide, and words that are always the same', (t) => {
  t.deepEqual(shapes(String.raw`printf("%d %s\n", pid, comm)`), ['number text'])
  t.deepEqual(shapes(String.raw`printf("%-6d %-16s %8s %u %i %c %x\n", a, b, c, d, e, f, g)`), [
    'number text16 text number number number text',
  ])
  t.deepEqual(shapes(String.raw`printf("%lld %5.2s %%  %hhd\n", a, b, c)`), [], 'words say what it is')
  t.deepEqual(shapes(String.raw`printf("%-2000s %d\n", a, b)`), ['text999 number'])
  t.deepEqual(shapes(String.raw`printf("%d:%d %s\n", a, b, c)`), ['text text'], 'what touches is one')
  t.deepEqual(shapes(String.raw`printf("%d\t%s\n", a, b)`), ['number text'])
  const heading = String.raw`BEGIN { printf("A B\n"); } `
  const kinds = of(`${heading} k:a { ${String.raw`printf("x%s y %d\n", a, b)`} }`).lines
  t.deepEqual(kinds, [[{ is: 'text' }, { is: 'word', word: 'y' }, { is: 'number' }]])
})

test('a line is what stands between its ends, whoever prints it', (t) => {
  t.deepEqual(shapes(String.raw`printf("%d ", a); printf("%s\n", b)`), ['number text'])
  t.deepEqual(shapes(String.raw`printf("%d %d\n%s %s %s\n", a, b, c, d, e)`), ['number number', 'text text text'])
  t.deepEqual(shapes(String.raw`printf("%d %s", a, b)`), ['number text'], 'without an end')
  t.deepEqual(shapes(String.raw`time("%H:%M:%S "); printf("%d\n", a)`), ['text number'])
  t.deepEqual(shapes(String.raw`time("%H %M "); printf("%d\n", a)`), [], 'a time in two words is no value')
  t.deepEqual(shapes(String.raw`time(" %H "); printf("%d %d\n", a, b)`), [])
  t.deepEqual(shapes(String.raw`time(); printf("%d %d\n", a, b)`), ['number number'])
  t.deepEqual(shapes(String.raw`printf("%d ", a); join(args)`), ['number text'])
  t.deepEqual(shapes('print((a, b, c))'), ['text text text'])
  t.deepEqual(shapes('print(@a); print(a, b)'), [], 'a map, or one value')
  t.deepEqual(shapes(String.raw`printf("%d %d\n", a, b); printf("%d %d\n", c, d)`), ['number number'], 'once each')
  t.deepEqual(shapes(String.raw`f("%d %d\n", a, b); printf()`), [])
})

test('how many calls make a line at most, where no loop makes it of any number', (t) => {
  const calls = (text: string) => body(text).calls
  t.is(calls(String.raw`printf("%d %d\n", a, b)`), 1)
  t.is(calls(String.raw`printf("%d ", a); join(args)`), 2)
  t.is(calls(String.raw`printf("%d %d\n", a, b); printf("%d %d\n", a, b)`), 1)
  t.is(calls(String.raw`printf("%d %d\n%d ", a, b, c); printf("%d", d); printf("\n")`), 3)
  t.is(calls(String.raw`printf("%d ", a); unroll(3) { printf("%d ", b); } printf("%d\n", c)`), undefined)
})

test('no rows: of END, blank ones, sentences, one value alone', (t) => {
  for (const script of [
    String.raw`END { printf("%d %d\n", a, b); }`,
    String.raw`k:a { printf("\n"); printf("  \n"); }`,
    String.raw`k:a { x = 1; }`,
  ])
    t.deepEqual(of(script), { lines: [], columns: [], said: [], prints: false }, script)
  for (const script of [
    String.raw`k:a { printf("killed %d\n", a); }`,
    String.raw`k:a { printf("%d\n", a); }`,
    String.raw`k:a { printf("words\n"); }`,
  ])
    t.deepEqual(of(script), { lines: [], columns: [], said: [], prints: true }, script)
  t.deepEqual(of(String.raw`BEGIN, k:a { printf("%d %d\n", a, b); }`).lines, [], 'also of BEGIN and others')
  t.deepEqual(of(String.raw`k:a, END { printf("%d %d\n", a, b); }`).prints, false)
})

test('what BEGIN says is no row; its titles are those of the lines', (t) => {
  const row = String.raw`k:a { printf("%d %s %d\n", pid, comm, x); }`
  const said = (text: string) => of(`BEGIN { ${text} } ${row}`)
  t.deepEqual(said(String.raw`printf("%-4s %s %3s\n", "PID", "COMM", "N")`).said, ['PID  COMM   N'])
  t.deepEqual(titles(String.raw`BEGIN { printf("%-4s %s %3s\n", "ID", "Who is", "N"); } ${row}`), ['ID', 'Who is', 'N'])
  t.deepEqual(titles(String.raw`BEGIN { printf("ID  WHO(ms) N\n"); } ${row}`), ['ID', 'WHO(ms)', 'N'])
  t.deepEqual(titles(String.raw`BEGIN { printf("ID Who N\n"); } ${row}`), ['PID', 'COMM', 'X'], 'no capitals')
  t.deepEqual(titles(String.raw`BEGIN { printf("ID\n"); } ${row}`), ['PID', 'COMM', 'X'], 'one alone is none')
  t.deepEqual(titles(String.raw`BEGIN { printf("A B C D\n"); } ${row}`), ['PID', 'COMM', 'X'], 'more than there are')
  t.deepEqual(titles(String.raw`BEGIN { printf("A B\n"); } ${row}`), ['A', 'B'], 'the rest belongs to the last')
  t.deepEqual(said(String.raw`printf("%d rows\n", x)`).said, [], 'what is not always the same')
  t.deepEqual(said(String.raw`printf("a \"b\" \\ c\td  \n")`).said, ['a "b" \\ c\td'])
  t.deepEqual(said(`printf("${long(501)}")`).said, [long(500)])
})

test('units are in brackets, dimensions are by name', (t) => {
  const columns = (heading: string, conversions: string) =>
    of(`BEGIN { printf("${heading}\\n"); } k:a { printf("${conversions}\\n", a, b, c, d, e); }`).columns
  t.deepEqual(columns('A(ns) B(us) C(ms) D(S) E(kb)', '%d %d %d %d %d'), [
    { title: 'A(ns)', is: 'number', unit: 'ns', worth: 1 },
    { title: 'B(us)', is: 'number', unit: 'ns', worth: 1000 },
    { title: 'C(ms)', is: 'number', unit: 'ns', worth: 1e6 },
    { title: 'D(S)', is: 'number', unit: 'ns', worth: 1e9 },
    { title: 'E(kb)', is: 'number', unit: 'id' },
  ])
  t.deepEqual(columns('TIME(ms) PID CPU COMM TID', '%d %d %s %s %d'), [
    { title: 'TIME(ms)', is: 'number', unit: 'id' },
    { title: 'PID', is: 'number', dim: 'pid', unit: 'id' },
    { title: 'CPU', is: 'text' },
    { title: 'COMM', is: 'text', dim: 'comm' },
    { title: 'TID', is: 'number', dim: 'tid', unit: 'id' },
  ])
  t.deepEqual(columns('A B', '%d %d %d'), [
    { title: 'A', is: 'number', unit: 'id' },
    { title: 'B', is: 'text' },
  ])
  t.deepEqual(
    body(String.raw`printf("%d %d\n", a)`).columns.map(({ title }) => title),
    ['A', 'KEY'],
    'nothing given',
  )
})

test('so many lines, parts and columns, and so much of each', (t) => {
  const many = Array.from({ length: 40 }, (_, i) => String.raw`printf("%d %-${i + 1}s\n", a, b);`).join(' ')
  t.is(body(many).lines.length, 24)
  const wide = body(`printf("${'%d '.repeat(40)}\\n", a)`)
  t.deepEqual([wide.lines[0]!.length, wide.columns.length], [32, 24])
  t.is(titles(`BEGIN { printf("${long(41).toUpperCase()} B\\n"); } k:a { printf("%d %d\\n", a, b); }`)[0]!.length, 40)
  const word = of(`BEGIN { printf("A B\\n"); } k:a { printf("%d ${long(501)}\\n", a); }`).lines[0]![1]!
  t.is(word.word!.length, 500)
})

test('a script whose formats have no line within prints whole lines; stacks have some of their own', (t) => {
  for (const text of ['k:a { printf("%d %s\\n", pid, comm); }', 'k:a { printf("%d"); printf("\\n"); }', ''])
    t.true(printsWholeLines(text), text)
  for (const text of [
    'k:a { printf("a\\nb\\n"); }',
    'k:a { printf("\n"); printf("\\n\\n"); }',
    'k:a { printf("%s\\n", kstack); }',
  ])
    t.false(printsWholeLines(text), text)
})
