// Regular expressions: as the engine's, where both understand them, and never slow.
import test from 'ava'
import { patternOf, readPatterns } from '../../src/model/pattern.ts'
import { matcherOf, searchProblem } from '../../src/model/stack-search.ts'

await readPatterns()

const matches = (source: string, text: string): boolean => {
  const pattern = patternOf(source)!
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

test('what is too much or not understood is said', (t) => {
  const why = (source: string): string => {
    const pattern = patternOf(source)!
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
      '(?',
      '[z-a]',
      'a{3,2}',
      'a{1001}',
      '(x|a|b){1,900}(x|a|b){1,900}',
      '(((a{100}){100}){100})',
      `${'('.repeat(9)}a{0}${'){99}'.repeat(9)}`,
    ].map(why),
    [
      'missing closing ): `(`',
      'unexpected ): `)`',
      'missing closing ]: `[a`',
      'missing argument to repetition operator: `*`',
      'missing argument to repetition operator: `+`',
      'invalid nested repetition operator: `**`',
      'trailing backslash at end of expression',
      'invalid escape sequence: `\\1`',
      'invalid or unsupported Perl syntax: `(?=`',
      'invalid or unsupported Perl syntax: `(?`',
      'invalid character class range: `z-a`',
      'invalid repeat count: `{3,2}`',
      'invalid repeat count: `{1001}`',
      'too long',
      'invalid repeat count: `{100}`',
      'invalid repeat count: `{99}`',
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
  t.is(searchProblem('node::start(int, char**)'), 'invalid nested repetition operator: `**`')
  t.true(found('operator[', 'std::map::operator[](int)'))
  t.is(searchProblem('operator['), 'missing closing ]: `[`')
  t.true(found('main(int)', 'main(int)'), 'brackets of an expression are brackets of a name, too')
  t.is(searchProblem('main(int)'), undefined)
  t.true(matcherOf('libc\\.so')!({ name: 'x', kind: 'user', module: '/usr/lib/libc.so.6' }))
})
