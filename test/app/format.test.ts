import test from 'ava'
import stringWidth from 'string-width'
import {
  digits,
  formatAge,
  formatWait,
  formatBytes,
  formatCell,
  formatCount,
  formatDuration,
  formatInterval,
  formatPercent,
  formatRate,
} from '../../src/app/format.ts'
import {
  charWidth,
  displayWidth,
  fit,
  fitLeft,
  folded,
  shorten,
  linesWithin,
  shortenLeft,
  shortenMiddle,
  toAscii,
  wrap,
} from '../../src/app/width.ts'
import { sanitize, NEUTRAL } from '../../src/stream/harmless.ts'
import { randomFrom } from '../helpers/stream.ts'
import { testWidths } from './width-test.ts'

const writes = test.macro((t, write: (value: number) => string, ...pairs: [number, string][]) => {
  for (const [value, text] of pairs) t.is(write(value), text)
})

test(
  'durations',
  writes,
  formatDuration,
  [0, '0'],
  [1, '1.00ns'],
  [999, '999ns'],
  [1000, '1.00us'],
  [12_345, '12.3us'],
  [999_499, '999us'],
  [1_250_000, '1.25ms'],
  [1e9, '1.00s'],
  [65.4e9, '65.4s'],
)
test(
  'counts',
  writes,
  formatCount,
  [0, '0'],
  [99_999, '99999'],
  [100_000, '100k'],
  [1_234_567, '1.23M'],
  [5e15, '5.00P'],
)
test('rates', writes, formatRate, [0, '0'], [0.01, '>0'], [0.25, '0.3'], [8, '8.0'], [120.4, '120'], [456_789, '457k'])
test(
  'bytes',
  writes,
  formatBytes,
  [0, '0'],
  [512, '512B'],
  [4096, '4.00K'],
  [1023, '1023B'],
  [1023.7, '1.00K'],
  [1.2 * 2 ** 30, '1.20G'],
)
test(
  'percent',
  writes,
  formatPercent,
  [0, '0'],
  [0.007, '0.01'],
  [0.004, '>0'],
  [5.25, '5.25'],
  [36.44, '36.4'],
  [837, '837'],
  [800_000, '800k'],
)
test(
  'ages',
  writes,
  formatAge,
  [0, '0.0s'],
  [9900, '9.9s'],
  [9960, '10s'],
  [59_700, '1m00'],
  [184_000, '3m04'],
  [8_100_000, '2h15'],
  [443_000_000, '5d03h'],
)
test('intervals', writes, formatInterval, [500, '0.5s'], [1000, '1s'], [60_000, '60s'])
test(
  'digits',
  writes,
  digits,
  [9.994, '9.99'],
  [9.996, '10.0'],
  [99.96, '100'],
  [0.01, '0.01'],
  [0.003, '0.003'],
  [0.0002, '0.0002'],
)

test('a duration is never wider than its column', (t) => {
  const random = randomFrom(7)
  for (let i = 0; i < 2000; i++) {
    const text = formatDuration(10 ** (random() * 15))
    t.true(text.length <= 6, text)
  }
  t.is(formatDuration(10_800e9), '3h00')
})

test('what is not known', (t) => {
  t.is(formatCell(undefined, 'duration'), '-')
  t.is(formatCell(undefined, 'text'), '')
})

const becomes = test.macro((t, before: string, after: string) => {
  t.is(sanitize(before), after)
})
test('escapes', becomes, '\x1b[31mred\x1b[0m', '?[31mred?[0m')
test('C1 controls', becomes, 'a\x9b31mb', 'a?31mb')
test('line ends and tabs', becomes, 'a\r\n\tb', 'a???b')
test('bidi', becomes, 'a\u202eb\u2066c', 'a?b?c')
test('zero width', becomes, 'a\u200bb\ufeffc', 'a?b?c')
test('line separators', becomes, 'a\u2028b', 'a?b')
test('half a surrogate pair', becomes, 'a\ud800b', 'a?b')
test('no-break space', becomes, 'a\u00a0b', 'a b')
test('blessed tags are plain text', becomes, '{red-fg}x{/}', '{red-fg}x{/}')
test('decomposed letters become whole', becomes, 'n\u0303', 'ñ')
test('CJK stays', becomes, '日本', '日本')

test('widths', (t) => {
  t.is(displayWidth('日本語'), 6)
  t.is(fit('日本語', 5), '日本~')
  t.is(fit('日本語', 4), '日~ ')
  t.is(fit('abc', 5), 'abc  ')
  t.is(fitLeft('abc', 5), '  abc')
  t.is(shorten('abcdef', 4, '…'), 'abc…')
  t.is(shorten('abc', 0), '')
  t.is(shortenMiddle('[2001:db8::1]:40004', 11), '[2001~40004')
  t.is(toAscii('日x'), '??x')
  t.deepEqual(wrap('one two three', 7), ['one two', 'three'])
})

test('fitted text is exactly as wide as asked, whatever it is', (t) => {
  const random = randomFrom(7)
  const alphabet = [...'ab 日語ñ🔥\u200b\x1b[{}\u0301\u202e한', '👨‍👩‍👧']
  for (let i = 0; i < 3000; i++) {
    const text = sanitize(
      Array.from({ length: Math.floor(random() * 12) }, () => alphabet[Math.floor(random() * alphabet.length)]).join(
        '',
      ),
    )
    const width = Math.floor(random() * 14)
    t.is(displayWidth(fit(text, width)), width)
    t.is(displayWidth(fitLeft(text, width)), width)
    t.true(displayWidth(shortenMiddle(text, Math.max(1, width))) <= Math.max(1, width))
  }
})

test('what pictures are made of has the width that is taken for known', (t) => {
  for (let code = 0x2500; code <= 0x259f; code++) t.is(charWidth(String.fromCharCode(code)), 1)
  const own = [...'·±…—▲▸▼', ...Array.from({ length: 0xa0 }, (_, i) => String.fromCharCode(0x2500 + i))]
  t.deepEqual(
    own.filter((char) => stringWidth(char) !== charWidth(char)),
    [],
  )
})

testWidths(13)

test('what is still to be waited is never nothing', (t) => {
  t.deepEqual([0, 49, 60, 24_000].map(formatWait), ['a moment', 'a moment', '0.1s', '24s'])
})

test('where one way of writing ends and the next begins', (t) => {
  const cases: [(value: number) => string, number, string][] = [
    [digits, 99.94, '99.9'],
    [digits, 99.95, '100'],
    [digits, 9.994, '9.99'],
    [digits, 9.995, '10.0'],
    [digits, 0.00994, '0.010'],
    [digits, 0.00995, '0.01'],
    [digits, 0.00095, '0.001'],
    [digits, 0.00094, '0.0009'],
    [digits, 0.000095, '0.0001'],
    [digits, 0.00009, '>0'],
    [formatDuration, 999.9e9, '1000s'],
    [formatDuration, 1000e9, '16m40'],
    [formatDuration, 0.5, '0.50ns'],
    [formatCount, 99_999.4, '99999'],
    [formatCount, 99_999.5, '100k'],
    [formatCount, 999_500, '1.00M'],
    [formatRate, 9.94, '9.9'],
    [formatRate, 9.95, '10'],
    [formatRate, 0.05, '0.1'],
    [formatRate, 0.04, '>0'],
    [formatBytes, 1023.4, '1023B'],
    [formatBytes, 1023.5, '1.00K'],
    [formatBytes, 9.995 * 1024, '10.0K'],
    [formatBytes, 99.95 * 1024, '100K'],
    [formatBytes, 2 ** 62, '4096P'],
    [formatPercent, 0.0049, '>0'],
    [formatPercent, 0.005, '0.01'],
    [formatPercent, 99_999.4, '99999'],
    [formatPercent, 99_999.5, '100k'],
    [formatAge, -5, '0.0s'],
    [formatAge, 9949, '9.9s'],
    [formatAge, 9950, '10s'],
    [formatAge, 59_499, '59s'],
    [formatAge, 59_500, '1m00'],
    [formatAge, 3_599_499, '59m59'],
    [formatAge, 3_599_500, '1h00'],
    [formatAge, 86_399_499, '23h59'],
    [formatAge, 86_399_500, '1d00h'],
    [formatWait, 49, 'a moment'],
    [formatWait, 50, '0.1s'],
  ]
  for (const [write, value, text] of cases) t.is(write(value), text, String(value))
})

test('cut on each side to the very width', (t) => {
  t.is(shortenMiddle('10.0.0.21:40001', 9), '10.0~0001')
  t.is(shortenMiddle('abcdef', 6), 'abcdef')
  t.is(shortenMiddle('abcdef', 2), 'a~')
  t.is(shortenLeft('/a/long/path', 6), '~/path')
  t.is(shortenLeft('/a/long/path', 12), '/a/long/path')
  t.is(shortenLeft('日本語', 5), '~本語')
  t.is(shortenLeft('日本語', 4), '~語')
  t.is(shorten('日本語', 5), '日本~')
  t.is(shorten('日本語', 4), '日~')
  t.is(shorten('abc', 0), '')
  t.is(fitLeft('日本', 5), ' 日本')
  t.is(fit('abcdef', 4, '…'), 'abc…')
  t.is(toAscii('a—b·c日é'), 'a-b`c???'.replaceAll('?', NEUTRAL))
})

test('words are put on lines as wide as may be', (t) => {
  t.deepEqual(wrap('aa bb cc', 5), ['aa bb', 'cc'])
  t.deepEqual(wrap('aa bb cc', 4), ['aa', 'bb', 'cc'])
  t.deepEqual(wrap('toolong a', 3), ['toolong', 'a'])
  t.deepEqual(wrap('', 3), [''])
})

test('lines that do not all fit end in a mark, as does a word wider than a line', (t) => {
  t.deepEqual(linesWithin(['aaa', 'bbb'], 2, 5, '…'), ['aaa', 'bbb'])
  t.deepEqual(linesWithin(['aaa', 'bbb', 'ccc'], 2, 9, '…'), ['aaa', 'bbb…'])
  t.deepEqual(linesWithin(['aaa bbb', 'ccc'], 1, 7, '…'), ['aaa bb…'])
  t.deepEqual(linesWithin(['abcdefghij'], 3, 5, '…'), ['abcd…'])
  t.deepEqual(linesWithin(['aaa'], 0, 5, '…'), [])
})

test('folded: all of it, blanks and wide characters too', (t) => {
  t.deepEqual(folded('ab  cd', 4), ['ab  ', 'cd'])
  t.deepEqual(folded('a', 1), ['a'])
  t.deepEqual(folded('', 4), [''])
  t.deepEqual(folded('日本語', 5), ['日本', '語'])
  t.deepEqual(folded('日本', 1), ['日', '本'], 'one at least')
})
