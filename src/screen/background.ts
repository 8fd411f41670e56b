// Is the terminal's background light? Asked once (OSC 11), while the first frame is drawn: who answers does so within
// milliseconds, many never do, and nothing waits for it. The answer comes where keys come from, whole or in parts, now or
// late, and is taken out there.
import { PassThrough } from 'node:stream'
import type { TerminalStreams } from './terminal.ts'

const QUESTION = '\x1b]11;?\x1b\\'
const ANSWER = /\x1b\]11;([^\x07\x1b]{0,64})(?:\x07|\x1b\\)/
/** How one may begin; its first characters are what a pressed Escape sends. */
const BEGUN = /\x1b(?:\](?:1(?:1(?:;[^\x07\x1b]{0,64}\x1b?)?)?)?)?$/
const SURELY = '\x1b]11;'

/** So long may a lone Escape be the first part of an answer, after the question, and so long is it kept for that. */
const EXPECTED_MS = 3000
const ESCAPE_MS = 40
/** What has surely begun as one and does not end is no answer, but no keys either. */
const PART_MS = 1000

export interface Background {
  /** In place of the input, for who reads keys. */
  keys: NodeJS.ReadStream
  /** The terminal has to be in raw mode, as it would show the answer. */
  ask(): void
  /** Resolves once there is no answer to be expected any more, after `ms` at the latest. */
  settled(ms: number): Promise<void>
}

export const createBackground = (
  { input, output }: TerminalStreams,
  onAnswer: (light: boolean) => void,
): Background => {
  const keys = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (raw: boolean) => (input.setRawMode?.(raw), keys),
  }) as unknown as NodeJS.ReadStream & PassThrough
  let expectedUntilMs = 0
  let isSettled = true
  let settle: () => void = () => {}
  let held = ''
  let timer: NodeJS.Timeout | undefined

  const release = (): void => {
    if (!held.startsWith(SURELY)) keys.write(held, 'latin1')
    held = ''
  }

  input.on('data', (data: Buffer | string) => {
    clearTimeout(timer)
    // one character a byte
    let text = held + (typeof data === 'string' ? Buffer.from(data) : data).toString('latin1')
    held = ''
    const answer = ANSWER.exec(text)
    if (answer) {
      text = text.slice(0, answer.index) + text.slice(answer.index + answer[0].length)
      const light = isLight(answer[1]!)
      if (light !== undefined) onAnswer(light)
      isSettled = true
      settle()
    }
    const begun = BEGUN.exec(text)?.[0] ?? ''
    if (begun.startsWith(SURELY) || (begun !== '' && !isSettled && performance.now() < expectedUntilMs)) {
      held = begun
      text = text.slice(0, text.length - begun.length)
      timer = setTimeout(release, begun.startsWith(SURELY) ? PART_MS : ESCAPE_MS)
    }
    if (text !== '') keys.write(text, 'latin1')
  })

  return {
    keys,
    ask: () => {
      isSettled = false
      expectedUntilMs = performance.now() + EXPECTED_MS
      output.write(QUESTION)
    },
    settled: (ms) =>
      new Promise((resolve) => {
        if (isSettled || performance.now() > expectedUntilMs) return resolve()
        const late = setTimeout(resolve, ms)
        settle = () => (clearTimeout(late), resolve())
      }),
  }
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
