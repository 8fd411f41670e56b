// Runs the built program without a terminal, as a command that ends.
import test from 'ava'
import { execa } from 'execa'
import { PROGRAM } from '../helpers/pty.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

export const probetop = (args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}) =>
  execa(process.execPath, [PROGRAM, ...args], {
    reject: false,
    stripFinalNewline: false,
    timeout: 20_000,
    stdin: 'ignore',
    ...options,
  })

export const mistake = test.macro(async (t, args: string[], code: number, line: RegExp) => {
  const { exitCode, stdout, stderr } = await probetop(args, { cwd: temporaryFolder(t) })
  t.is(exitCode, code)
  t.is(stdout, '')
  t.regex(stderr, /^probetop: [^\n]+\n$/)
  t.regex(stderr, line)
})
