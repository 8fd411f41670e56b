// What a terminal is asked: whether its background is light (OSC 11), and whether it has all colours, by setting one and
// asking which is set (DECRQSS). COLORTERM says that, too, but neither sudo nor ssh passes it on.

export interface Question<T> {
  ask: string
  /** What an answer is, whole; its group is what it says. One that says nothing is no keys either, up to 1000 characters. */
  answer: RegExp
  /** Nothing but an answer begins so. */
  surely: string
  /** How one may begin up to its end; its first characters are what a pressed Escape sends. */
  begun: RegExp
  /** Undefined where it says nothing that one can use. */
  read(said: string): T | undefined
}

export const LIGHT: Question<boolean> = {
  ask: '\x1b]11;?\x1b\\',
  answer: /\x1b\]11;([^\x00-\x1f]{0,1000})(?:\x07|\x1b\\)/,
  surely: '\x1b]11;',
  begun: /\x1b(?:\](?:1(?:1(?:;[^\x00-\x1f]{0,1000}\x1b?)?)?)?)?$/,
  read: (said) => isLight(said),
}

/** Who takes no such colour has none set, or the nearest of its palette. */
export const ALL: Question<boolean> = {
  ask: '\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[m',
  answer: /\x1bP[01]\$r([^\x00-\x1f]{0,1000})(?:\x07|\x1b\\)/,
  surely: '$r',
  begun: /\x1b(?:P(?:[01](?:\$(?:r[^\x00-\x1f]{0,1000}\x1b?)?)?)?)?$/,
  read: (said) => /(?:^|[;:])48[;:]2[;:](?:\d*:)?1[;:]2[;:]3(?:[;:m]|$)/.test(said),
}

/** Of `rgb:ffff/ffff/ffff`, with one to four digits each, or `#ffffff`; undefined of anything else. */
export const isLight = (colour: string): boolean | undefined => {
  const [, red, green, blue] =
    /^rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})/i.exec(colour) ??
    /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(colour) ??
    []
  if (red === undefined) return undefined
  const share = (digits: string): number => Number.parseInt(digits, 16) / (16 ** digits.length - 1)
  return 0.299 * share(red) + 0.587 * share(green!) + 0.114 * share(blue!) > 0.5
}
