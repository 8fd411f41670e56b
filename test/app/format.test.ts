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
  sanitize,
  shorten,
  shortenMiddle,
  toAscii,
  wrap,
} from '../../src/app/width.ts'
import { randomFrom } from '../helpers/stream.ts'

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

test('what is still to be waited is never nothing', (t) => {
  t.deepEqual([0, 49, 60, 24_000].map(formatWait), ['a moment', 'a moment', '0.1s', '24s'])
})
