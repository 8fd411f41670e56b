// The mouse as terminals report it (SGR, 1006): presses of the left button, moves with it held (1002), and the wheel.
// Reports are short, and what is none is left to the keys.

export interface MouseEvent {
  is: 'press' | 'drag' | 'release' | 'up' | 'down'
  /** From 0. */
  x: number
  y: number
}

export const MOUSE_ON = '\x1b[?1000h\x1b[?1002h\x1b[?1006h'
export const MOUSE_OFF = '\x1b[?1006l\x1b[?1002l\x1b[?1000l'

const REPORT = /\x1b\[<(\d{1,3});(\d{1,4});(\d{1,4})([Mm])/g
const KINDS: Readonly<Record<number, MouseEvent['is']>> = { 0: 'press', 32: 'drag', 64: 'up', 65: 'down' }

export const mouseEvents = (text: string): MouseEvent[] =>
  [...text.matchAll(REPORT)].flatMap(([, button, x, y, end]): MouseEvent[] => {
    const kind = KINDS[Number(button)]
    const is = end === 'M' ? kind : kind === 'press' ? 'release' : undefined
    return is && Number(x) > 0 && Number(y) > 0 ? [{ is, x: Number(x) - 1, y: Number(y) - 1 }] : []
  })
