// Questions to the terminal, asked once while the first frame is drawn: who answers does so within milliseconds, many never
// do, and nothing waits for it. Answers come where keys come from, whole or in parts, now or late, and are taken out there.
import { PassThrough } from 'node:stream'
import type { Question } from './questions.ts'
import type { TerminalStreams } from './terminal.ts'

/** So long may a lone Escape be the first part of an answer, after the questions, and so long is it kept for that. */
const EXPECTED_MS = 15_000
const ESCAPE_MS = 40
/** What is more than an Escape is kept so long. What has surely begun as one and does not end is no answer, but no keys
 * either. */
const PART_MS = 1000
/** The rest of what could not be kept so long is no keys when it comes within this. */
const REST_MS = 3000

export interface Asked {
  question: Question<boolean>
  hear(answer: boolean): unknown
}

interface Answers {
  /** In place of the input, for who reads keys. */
  keys: NodeJS.ReadStream
  /** The terminal has to be in raw mode, as it would show the answers. */
  ask(): void
  /** Resolves once there is no answer to be expected any more, after `ms` at the latest. */
  settled(ms: number): Promise<void>
}

export const createAnswers = ({ input, output }: TerminalStreams, asked: readonly Asked[]): Answers => {
  const keys = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (raw: boolean) => (input.setRawMode?.(raw), keys),
  }) as unknown as NodeJS.ReadStream & PassThrough
  let expectedUntilMs = 0
  let isSettled = true
  /** Those that are not answered: nobody waits for what the last one's answer has overtaken, but it may still come. */
  const open = new Set<Asked>()
  let settle: () => void = () => {}
  let held = ''
  /** A beginning that was let go, and until when its rest is known for one. */
  let gone = ''
  let goneUntilMs = 0
  let timer: NodeJS.Timeout | undefined

  const isSure = (begun: string): boolean => asked.some(({ question }) => begun.includes(question.surely))

  /** An Escape alone waits for the answers that are due, not for one that was overtaken: it is a key nearly always. */
  const mayBe = (begun: string): boolean => begun !== '' && (!isSettled || (open.size > 0 && begun.length > 1))

  /** The longest: the Escape that one answer ends with may be what another begins with. */
  const beginningIn = (text: string): string =>
    asked
      .map(({ question }) => question.begun.exec(text)?.[0] ?? '')
      .reduce((longest, each) => (each.length > longest.length ? each : longest), '')

  const letGo = (begun: string): void => {
    gone = begun
    goneUntilMs = performance.now() + REST_MS
  }

  const release = (): void => {
    if (!isSure(held)) keys.write(held, 'latin1')
    letGo(held)
    held = ''
  }

  /** Without the rest of what was let go: a network may bring the two parts of an answer any time apart. */
  const withoutRest = (text: string): string => {
    const whole = gone + text
    if (gone === '' || performance.now() > goneUntilMs) return text
    gone = ''
    if (asked.some(({ question }) => question.answer.exec(whole)?.index === 0)) return withoutAnswers(whole)
    const begun = beginningIn(whole)
    if (begun !== whole) return text
    letGo(begun)
    return isSure(begun) ? '' : text
  }

  const withoutAnswers = (text: string): string =>
    asked.reduce((left, each, index) => {
      const { question, hear } = each
      for (let answer; (answer = question.answer.exec(left));) {
        open.delete(each)
        const said = question.read(answer[1]!)
        if (said !== undefined) hear(said)
        // they are answered in the order in which they are asked, or not at all, as far as one waits for them
        if (index === asked.length - 1) {
          isSettled = true
          settle()
        }
        left = left.slice(0, answer.index) + left.slice(answer.index + answer[0].length)
      }
      return left
    }, text)

  input.on('data', (data: Buffer | string) => {
    clearTimeout(timer)
    // one character a byte
    let text = held + (typeof data === 'string' ? Buffer.from(data) : data).toString('latin1')
    held = ''
    text = withoutAnswers(withoutRest(text))
    const begun = beginningIn(text)
    if (isSure(begun) || (mayBe(begun) && performance.now() < expectedUntilMs)) {
      held = begun
      text = text.slice(0, text.length - begun.length)
      timer = setTimeout(release, begun.length > 1 ? PART_MS : ESCAPE_MS)
    } else if (begun !== '') letGo(begun)
    if (text !== '') keys.write(text, 'latin1')
  })

  return {
    keys,
    ask: () => {
      isSettled = false
      for (const each of asked) open.add(each)
      expectedUntilMs = performance.now() + EXPECTED_MS
      output.write(asked.map(({ question }) => question.ask).join(''))
    },
    settled: (ms) =>
      new Promise((resolve) => {
        if (isSettled || performance.now() > expectedUntilMs) return resolve()
        const late = setTimeout(resolve, ms)
        settle = () => (clearTimeout(late), resolve())
      }),
  }
}
