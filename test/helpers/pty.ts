// A program in a real pseudo-terminal (from script(1)), its output in a terminal emulator whose cells can be read.
import { spawn } from 'node:child_process'
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import xterm from '@xterm/headless'
import { BUILD } from '../../src/paths.ts'

export const PROGRAM = join(BUILD, 'probetop.cjs')

export interface PtyOptions {
  columns?: number
  rows?: number
  cwd?: string
  env?: Record<string, string>
}

export type Pty = ReturnType<typeof openPty>

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

export const shellWords = (words: readonly string[]): string => words.map(quote).join(' ')

/** The program, as the terminal's only process. */
export const startProbetop = (args: readonly string[], options: PtyOptions = {}): Pty =>
  openPty(`exec ${shellWords([PROGRAM, ...args])}`, options)

export const openPty = (command: string, { columns = 120, rows = 36, cwd, env }: PtyOptions = {}) => {
  const child = spawn('script', ['-qfec', `stty cols ${columns} rows ${rows}; ${command}`, '/dev/null'], {
    ...(cwd === undefined ? {} : { cwd }),
    env: {
      ...process.env,
      SHELL: '/bin/sh',
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
      NO_COLOR: '',
      // nobody's settings are read or written
      XDG_CONFIG_HOME: '/proc/none',
      ...env,
    },
  })
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 500 })
  const raw: Buffer[] = []
  const exited = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)))
  child.stdout.on('data', (data: Buffer) => {
    raw.push(data)
    emulator.write(data)
  })
  child.stdin.on('error', () => {})

  const screen = (): string[] => {
    const { active } = emulator.buffer
    return Array.from(
      { length: emulator.rows },
      (_, y) => active.getLine(active.viewportY + y)?.translateToString(true) ?? '',
    )
  }
  const until = async (test: (text: string) => unknown, withinMs = 30_000): Promise<void> => {
    const end = performance.now() + withinMs
    while (!test(screen().join('\n'))) {
      if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${test}\n${screen().join('\n')}`)
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
  }

  return {
    child,
    emulator,
    screen,
    until,
    exited,
    /** Everything sent to the terminal. */
    bytes: (): string => Buffer.concat(raw).toString('utf8'),
    type: (text: string): void => void child.stdin.write(text),
    /** The process that script started; the program itself after `exec`. */
    pid: (): number => childrenOf(child.pid!)[0]!,
    isAlternate: (): boolean => emulator.buffer.active.type === 'alternate',
    resize: (newColumns: number, newRows: number): void => {
      emulator.resize(newColumns, newRows)
      const tty = readlinkSync(`/proc/${childrenOf(child.pid!)[0]}/fd/0`)
      execFileSync('stty', ['-F', tty, 'cols', String(newColumns), 'rows', String(newRows)])
    },
    close: (): void => void child.kill('SIGKILL'),
  }
}

/** Direct children, from /proc. */
export const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent)

/** All that descend from a process, itself not included. */
export const descendantsOf = (root: number): number[] => childrenOf(root).flatMap((pid) => [pid, ...descendantsOf(pid)])

export const parentOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}
