// From blessed's key events to the names the key table uses. A printable character is named by itself (`space` for a
// blank), the rest as `up`, `pagedown`, `enter`, `escape`, `backspace`, `S-tab`, `C-c`, `f10`.
// Pasted text (bracketed by the terminal) never acts as keys: it goes into a text being typed, or nowhere.

export interface Key {
  name: string
  /** The character to type, for printable keys. */
  ch?: string
}

/** What blessed's parser emits on the input stream. */
export interface RawKey {
  name?: string
  full?: string
  sequence?: string
  ctrl?: boolean
  meta?: boolean
  shift?: boolean
}

export const PASTE_ON = '\x1b[?2004h'
export const PASTE_OFF = '\x1b[?2004l'

/** That of the longest text there is, a one-liner. */
const PASTE_LIMIT = 2000

/** A reader of raw key events. `isTyping` tells whether characters go into a text at this moment. */
export const keyReader = (onKey: (key: Key) => void, isTyping: () => boolean) => {
  let pasting = false
  let pasted = 0
  let isBroken = false
  let highSurrogate = ''

  const character = (ch: string): void => {
    if (pasting && (!isTyping() || ++pasted > PASTE_LIMIT)) return
    // what stood on two lines stays apart
    if (pasting && isBroken && pasted > 1) onKey({ name: 'space', ch: ' ' })
    isBroken = false
    onKey({ name: ch === ' ' ? 'space' : ch, ch })
  }

  return (ch: string | undefined, raw: RawKey | undefined): void => {
    const sequence = raw?.sequence ?? ch ?? ''
    if (sequence === '\x1b[200~' || sequence === '\x1b[201~') {
      pasting = sequence === '\x1b[200~'
      pasted = 0
      isBroken = false
      return
    }
    if (pasting && LINE_ENDS.has(raw?.name)) isBroken = true
    // blessed emits every Return twice, as `return` and as `enter`.
    if (raw?.name === 'return' || raw?.name === 'undefined') return
    // It also splits characters outside the basic plane in two.
    if (ch !== undefined && /[\ud800-\udbff]/.test(ch)) {
      highSurrogate = ch
      return
    }
    if (ch !== undefined && /[\udc00-\udfff]/.test(ch)) {
      if (highSurrogate !== '') character(highSurrogate + ch)
      highSurrogate = ''
      return
    }
    if (ch !== undefined && isPrintable(ch)) return character(ch)
    if (pasting) return
    for (const key of namedKeys(raw ?? {}, sequence)) onKey(key)
  }
}

const LINE_ENDS: ReadonlySet<string | undefined> = new Set(['return', 'enter', 'linefeed'])

const isPrintable = (ch: string): boolean => ch >= ' ' && ch !== '\x7f' && !(ch >= '\x80' && ch <= '\x9f')

const namedKeys = (raw: RawKey, sequence: string): Key[] => {
  // Escape followed at once by another key arrives as "meta"; nothing is bound to meta, so it was two presses.
  if (raw.meta && sequence.length === 2 && sequence.startsWith('\x1b')) {
    const ch = sequence[1]!
    const second: Key =
      ch === '\x1b'
        ? { name: 'escape' }
        : isPrintable(ch)
          ? { name: ch === ' ' ? 'space' : ch, ch }
          : { name: 'backspace' }
    return [{ name: 'escape' }, second]
  }
  if (!raw.name) return []
  // what Ctrl-J sends; Return sends another
  const name = raw.name === 'linefeed' ? 'C-j' : raw.name
  return [{ name: `${raw.ctrl ? 'C-' : ''}${raw.shift ? 'S-' : ''}${name}` }]
}
