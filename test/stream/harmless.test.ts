import test from 'ava'
import { escapeJson, sanitize, sanitizeLines } from '../../src/stream/harmless.ts'
import { encode } from '../../src/stream/codec.ts'
import { HOSTILE_NAMES } from '../helpers/stream.ts'

const HOSTILE = '\x1b]0;title\x07 \x9b2J \x7f \u202e\u2066rtl \u200b\ud800 \u{e0041} \ue000 e\u0301 \u3000 \u{1f600}'

test('no control, bidi or invisible character is left', (t) => {
  for (const text of [HOSTILE, ...HOSTILE_NAMES]) {
    t.notRegex(sanitize(text), /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u)
    t.notRegex(sanitizeLines(`a\n${text}`), /[\p{Cf}\p{Co}\p{Cs}\x00-\x09\x0b-\x1f\x7f-\x9f]/u)
  }
  t.is(sanitizeLines('one\ntwo\n'), 'one\ntwo\n')
})

test('JSON lines: the same value, and nothing a terminal obeys', (t) => {
  for (const text of [HOSTILE, ...HOSTILE_NAMES]) {
    const line = encode({ type: 'log', atMs: 1, level: 'warn', text })
    t.notRegex(line.slice(0, -1), /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u)
    t.is(JSON.parse(line).text, text)
    t.is(escapeJson(line), line)
  }
  t.is(escapeJson('{\n "a": "\u009b"\n}'), '{\n "a": "\\u009b"\n}')
})
