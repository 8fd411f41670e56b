// Regular expressions of our own: as the engine's, where both understand them, and never slow.
import test from 'ava'
import { patternOf } from '../../src/model/pattern.ts'
import { matcherOf, searchProblem } from '../../src/model/stack-search.ts'

const matches = (source: string, text: string): boolean => {
  const pattern = patternOf(source)
  if ('why' in pattern) throw new Error(`${source}: ${pattern.why}`)
  return pattern.matches(text)
}

const PATTERNS = [
  '',
  'a',
  'ab',
  'a.c',
  '^a',
  'a$',
  '^$',
  '^abc$',
  'a|b',
  'ab|cd|',
  '(ab)+',
  '(a|b)*c',
  'a?b',
  'a*',
  'a+b+',
  '[abc]',
  '[^abc]',
  '[a-c]x',
  '[-a]',
  '[a-]',
  '[]]',
  '[^]a]',
  '\\d+',
  '\\D',
  '\\w+\\.\\w+',
  '\\s',
  '\\bfoo\\b',
  '\\Boo',
  'a{2}',
  'a{2,}',
  '^a{1,2}$',
  'a{,2}',
  '{lambda',
  'a{x}',
  'x*?y',
  '(?:ab){2}',
  '\\(',
  '\\[x\\]',
  '(a*)*b',
  '(|a)+',
  '((a|ab)(c|bcd))d*',
  'é',
  '.',
  '^.$',
  'a\\tb',
  '[\\d.]+$',
  '[\\w-]+',
  '\\\\',
  'a|b|c{2}',
  '(^a|b$)',
  '^(a|b)?$',
]
// `[]]` and `[^]a]` are as in POSIX: a bracket that comes first is one of the signs
const POSIX = new Set(['[]]', '[^]a]', 'a{,2}'])
const TEXTS = [
  '',
  'a',
  'b',
  'ab',
  'abc',
  'aab',
  'abab',
  'cd',
  'foo',
  'a foo b',
  'afoo',
  'a.c',
  'abcd',
  'a-b',
  'x]',
  '12',
  'a{2}',
  '{lambda()#1}',
  'y',
  'é',
  '🔥',
  'a\tb',
  'a(b)[x]',
  'a\\b',
  '1.5',
  'cc',
  'a{,2}',
  'a{x}',
  'aaaa',
]

test("as the engine's own", (t) => {
  for (const source of PATTERNS) {
    if (POSIX.has(source)) continue
    for (const text of TEXTS)
      t.is(
        matches(source, text),
        new RegExp(source.replace('{lambda', '\\{lambda').replace('a{x}', 'a\\{x\\}'), 'u').test(text),
        `${source} in ${JSON.stringify(text)}`,
      )
  }
  t.true(matches('[]]', 'x]'))
  t.false(matches('[^]a]', 'a]'))
  t.true(matches('a{,2}', 'a{,2}'))
})

test('what it does not understand it says', (t) => {
  const why = (source: string): string => {
    const pattern = patternOf(source)
    return 'why' in pattern ? pattern.why : ''
  }
  t.deepEqual(
    [
      '(',
      ')',
      '[a',
      '*a',
      'a|+',
      'a**',
      '\\',
      '(a)\\1',
      '(?=a)',
      '(?<x>a)',
      '(?',
      '[z-a]',
      'a{3,2}',
      'a{101}',
      '(((a{100}){100}){100})',
      `${'('.repeat(9)}a{0}${'){99}'.repeat(9)}`,
    ].map(why),
    [
      '( is not closed',
      ') without (',
      '[ is not closed',
      'nothing before * to repeat',
      'nothing before + to repeat',
      'nothing before * to repeat',
      '\\ stands at the end',
      'referring back is not understood',
      '(?= is not understood',
      '(?< is not understood',
      '(? is not understood',
      'z-a is out of order',
      'repeated too often',
      'repeated too often',
      'too long',
      'too long',
    ],
  )
})

test('expressions that take others for ever', (t) => {
  const long = 'a'.repeat(4000)
  const began = performance.now()
  for (const source of [
    '(a+)+$',
    '(a|a)*b',
    '(a|aa)+b',
    '.*.*.*.*.*.*x',
    '(.*)*x',
    'a?'.repeat(20) + 'a'.repeat(20) + 'b',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
  ]) {
    t.is(matches(source, `${long}!`), false, source)
  }
  t.true(performance.now() - began < 3000, `${performance.now() - began} ms`)
})

test('smart about case; plain text where it is no expression, and besides', (t) => {
  const found = (text: string, name: string): boolean => matcherOf(text)!({ name, kind: 'user' })
  t.true(found('uv__', 'UV__io_poll'))
  t.false(found('UV__', 'uv__io_poll'))
  t.true(found('\\S+poll', 'UV__io_POLL'), 'the capital of an escape is none')
  t.true(found('^uv.*poll$', 'uv__io_poll'))
  t.true(found('node::start(int, char**)', 'node::Start(int, char**)'))
  t.is(searchProblem('node::start(int, char**)'), 'nothing before * to repeat')
  t.true(found('operator[', 'std::map::operator[](int)'))
  t.is(searchProblem('operator['), '[ is not closed')
  t.true(found('main(int)', 'main(int)'), 'brackets of an expression are brackets of a name, too')
  t.is(searchProblem('main(int)'), undefined)
  t.true(matcherOf('libc\\.so')!({ name: 'x', kind: 'user', module: '/usr/lib/libc.so.6' }))
})
