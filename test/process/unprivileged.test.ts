// Where nothing can be probed: the bundled recording on a terminal, exit code 4 without one.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import type { ExecutionContext } from 'ava'
import { BUILD } from '../../src/paths.ts'
import { commandTest, skip } from '../helpers/bpf.ts'
import { openPty, PROGRAM, shellWords } from '../helpers/pty.ts'

/** The program with fewer rights than anybody: no root, and no sudo to get there. */
const command = [
  'setpriv',
  '--no-new-privs',
  ...(process.getuid!() === 0 ? ['--reuid=65534', '--regid=65534', '--clear-groups'] : []),
  process.execPath,
  PROGRAM,
]

const cannotRead = async (t: ExecutionContext): Promise<boolean> => {
  const { failed } = await execa(
    command[0]!,
    [...command.slice(1, -2), process.execPath, '-e', `require('fs').accessSync(${JSON.stringify(PROGRAM)})`],
    { reject: false },
  )
  if (failed) skip(t, 'an unprivileged user cannot read this checkout')
  return failed
}

commandTest('without rights, without a terminal: one line, exit code 4', ['setpriv'], async (t) => {
  if (await cannotRead(t)) return
  const { exitCode, stdout, stderr } = await execa(command[0]!, [...command.slice(1), '-b', '-n', '1'], {
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
  })
  t.is(exitCode, 4)
  t.is(stdout, '')
  t.regex(stderr, /^probetop: cannot probe: not root[^\n]+\n$/)
})

commandTest('without rights: the bundled recording, why, and what mends it', ['setpriv'], async (t) => {
  if (await cannotRead(t)) return
  if (!existsSync(join(BUILD, 'demo.ndjson.gz'))) return skip(t, 'no recording is bundled in this checkout')
  const pty = openPty(`exec ${shellWords(command)}`)
  t.teardown(pty.close)
  await pty.until((text) => / (live|quiet) ┐/.test(text))
  t.regex(pty.screen().join('\n'), /REPLAY — not root.* — /)
  t.regex(pty.screen().join('\n'), /demo/)
  pty.type('q')
  t.is(await pty.exited, 0)
})
