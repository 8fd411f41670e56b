// Foreign text made harmless: control characters (C0 and C1), escapes, line ends, bidi and invisible marks are what can
// write to a terminal's title or clipboard, clear it, or make a name look like another.

/** Stands for what must not reach a terminal. */
export const NEUTRAL = '?'

const HOSTILE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\u115f\u1160\u3164\uffa0\ufffe\uffff]/gu
const PLAIN = /^[\x20-\x7e]*$/
/** Of JSON on one line; the line's own end included. */
const PLAIN_JSON = /^[\x20-\x7e\n]*$/

export const sanitize = (text: string): string =>
  PLAIN.test(text)
    ? text
    : text
        .normalize('NFC')
        .replace(HOSTILE, NEUTRAL)
        .replace(/\p{Zs}/gu, ' ')

/** Line by line: the ends of lines are ours. */
export const sanitizeLines = (text: string): string => text.split('\n').map(sanitize).join('\n')

/** The same value as JSON text in which whatever a terminal might obey is \u-escaped. */
export const escapeJson = (json: string): string =>
  PLAIN_JSON.test(json) ? json : json.replace(HOSTILE, (char) => (char === '\n' ? char : escapeOf(char)))

const escapeOf = (char: string): string =>
  Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')
