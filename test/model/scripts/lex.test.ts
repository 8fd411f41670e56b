// Tokens and probes, by hand: what is a comment, a directive, a text, and where a hook ends.
import test from 'ava'
import { probesOf, tokensOf } from '../../../src/model/scripts/lex.ts'

const tokens = (script: string): string =>
  tokensOf(script)
    .map(({ is, text }) => `${is[0]}:${text}`)
    .join(' ')
const hooks = (script: string): string[] => probesOf(script).flatMap((probe) => probe.hooks)
const bodies = (script: string): string[] => probesOf(script).map(({ body }) => body.map(({ text }) => text).join(' '))

test('words, maps, numbers, texts and signs, and where they are', (t) => {
  t.is(tokens('@n[$a_1] += 0x1f;'), 'm:@n s:[ w:$a_1 s:] s:+= n:0x1f s:;')
  t.is(tokens('@ = a->b++ && 1e6 << 2'), 'm:@ s:= w:a s:-> w:b s:++ s:&& n:1e6 s:<< n:2')
  t.is(tokens(String.raw`f("a \" {", "")`), String.raw`w:f s:( t:a \" { s:, t: s:)`)
  t.deepEqual(tokensOf('ab "c" 1'), [
    { is: 'word', text: 'ab', at: 0, end: 2 },
    { is: 'text', text: 'c', at: 3, end: 6 },
    { is: 'number', text: '1', at: 7, end: 8 },
  ])
  t.is(tokens('"never ends'), 't:never ends')
  t.is(tokens(String.raw`"ends in a backslash\ `.trimEnd()), String.raw`t:ends in a backslash\ `.trimEnd())
})

test('comments end where they end', (t) => {
  t.is(tokens('a /*/ b */c // d\ne'), 'w:a w:c w:e')
  t.is(tokens('a /* never ends'), 'w:a')
  t.is(tokens('a // the last line'), 'w:a')
  t.is(tokens('a /**/ b'), 'w:a w:b')
})

test('a line of the preprocessor is one only at the start of a line, and goes on behind a backslash', (t) => {
  t.is(tokens('a\n#define x {\nb'), 'w:a w:b')
  t.is(tokens('  #define x \\\n  } \\\n  }\nb'), 'w:b')
  t.is(tokens('#define x \\'), '')
  t.is(tokens('a #b'), 'w:a s:# w:b')
})

test('within the path of a hook nothing is a comment, apart from it everything is', (t) => {
  t.deepEqual(hooks('uprobe:/*/a:f { } /* x */ k:b { }'), ['uprobe:/*/a:f', 'k:b'])
  t.deepEqual(hooks('uprobe:/a/*/b:f { }'), ['uprobe:/a/*/b:f'])
  t.deepEqual(hooks('uprobe:/a//b:f { }'), ['uprobe:/a//b:f'])
  t.deepEqual(hooks('tracepoint:a:*/*x*/ { }'), ['tracepoint:a:*/*x*/'])
  t.deepEqual(hooks('k:a// b { }\n{ }'), ['k:a'])
  t.deepEqual(hooks('k:a/* b */ { }'), ['k:a'])
})

test('a hook ends at its predicate, which stands apart; several stand between commas', (t) => {
  t.deepEqual(hooks('k:a /pid == 7/ { }'), ['k:a'])
  t.deepEqual(hooks('k:a,\n  k : b /x/ { }'), ['k:a', 'k:b'])
  t.deepEqual(hooks('k:a,, { }'), ['k:a'])
  t.deepEqual(hooks('/ x / { }'), ['/x'])
})

test('a body ends at its own brace, whatever is in texts and brackets', (t) => {
  t.deepEqual(bodies('k:a { printf("{"); f(1); } k:b { x = (1); }'), ['printf ( { ) ; f ( 1 ) ;', 'x = ( 1 ) ;'])
  t.deepEqual(bodies('k:a { if (x) { y } z }'), ['if ( x ) { y } z'])
  t.deepEqual(bodies('k:a { never ends'), ['never ends'])
  t.deepEqual(bodies('k:a { x } }'), ['x'])
})

test('what else has a body is no probe', (t) => {
  const others = [
    'config = { a = 1 }',
    'struct s { int a; };',
    'union u { }',
    'enum e { A }',
    'macro m($x) { $x }',
    'fn f() { }',
  ]
  for (const other of others) t.deepEqual(hooks(`${other} k:a { }`), ['k:a'], other)
  t.deepEqual(hooks('import "x"; k:a { }'), ['k:a'])
  t.deepEqual(hooks('{ }'), [])
})
