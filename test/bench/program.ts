// probetop, or another program, in a terminal of a given size, as a user has it: a pty from script(1), its output in a
// terminal emulator.
import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { join } from 'node:path'
import xterm from '@xterm/headless'
import { BUILD } from '../../src/paths.ts'

export const PROGRAM = join(BUILD, 'probetop.cjs')
export const ENGINE = join(BUILD, 'engine.cjs')
/** All of it, however much it costs: what is measured must not shed. */
export const OURS_WHOLE: readonly string[] = [PROGRAM, '--max-overhead', '0']

export interface Program {
  child: ChildProcessWithoutNullStreams
  /** The screen as text, one line a row. */
  screen(): string
  /** Resolves when the screen's text satisfies the test; rejects after `withinMs`. */
  until(test: (screen: string) => boolean, withinMs: number): Promise<void>
  /** Types keys; resolves to the ms until the next output. */
  press(keys: string): Promise<number>
  /** Bytes written to the terminal so far. */
  bytes(): number
  quit(): Promise<void>
}

/** Quotes a word for the one shell that script(1) insists on. */
const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

export const startProgram = (width: number, height: number): Program => startInTerminal(width, height, OURS_WHOLE)

/** `env`: beside that of this process. */
export const startInTerminal = (
  width: number,
  height: number,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Program => {
  const command = `stty cols ${width} rows ${height}; exec ${words.map(quote).join(' ')}`
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...env },
  })
  const terminal = new xterm.Terminal({ cols: width, rows: height, allowProposedApi: true })
  const waiting = new Set<() => void>()
  let bytes = 0
  child.stdout.on('data', (data: Buffer) => {
    bytes += data.length
    terminal.write(data, () => waiting.forEach((wake) => wake()))
  })
  const screen = (): string =>
    Array.from({ length: height }, (_, y) => terminal.buffer.active.getLine(y)?.translateToString(true) ?? '').join(
      '\n',
    )
  const until = (test: (text: string) => boolean, withinMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (!test(screen())) return
        clearTimeout(timer)
        waiting.delete(check)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.delete(check)
        reject(new Error(`not within ${withinMs} ms:\n${screen()}`))
      }, withinMs)
      waiting.add(check)
      check()
    })
  return {
    child,
    screen,
    until,
    press(keys) {
      const pressed = performance.now()
      const answer = new Promise<number>((resolve) =>
        child.stdout.once('data', () => resolve(performance.now() - pressed)),
      )
      child.stdin.write(keys)
      return answer
    },
    bytes: () => bytes,
    quit: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.stdin.write('q')
        setTimeout(() => child.kill('SIGTERM'), 5000).unref()
      }),
  }
}
