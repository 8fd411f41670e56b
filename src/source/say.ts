// What is said to people, and the only way it leaves the program: whatever it quotes has been made harmless. The screen
// draws cells, which hold nothing else either; batch output has the same guard in cli/output.ts.
import { writeSync } from 'node:fs'
import { sanitize, sanitizeLines } from '../stream/harmless.ts'

/** One line on stderr, with our name before it. */
export const warn = (line: string): void => complain(`probetop: ${sanitize(line)}\n`)

/** Lines on stderr. */
export const complain = (text: string): void => void process.stderr.write(sanitizeLines(text))

/** Lines on stdout. */
export const say = (text: string): void => void process.stdout.write(sanitizeLines(text))

/** Lines on stderr from a process that is about to end. */
export const cry = (text: string): void => {
  try {
    writeSync(2, sanitizeLines(text))
  } catch {
    // nobody listens
  }
}
