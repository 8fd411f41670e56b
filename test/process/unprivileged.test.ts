// Where nothing can be probed: this machine as the kernel counts it on a terminal, exit code 4 without one.
import { execa } from 'execa'
import type { ExecutionContext } from 'ava'
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
    // not that of whoever runs the tests, which the user cannot read
    env: { HOME: '/', XDG_CONFIG_HOME: '' },
  })
  t.is(exitCode, 4)
  t.is(stdout, '')
  t.regex(stderr, /^probetop: cannot probe: not root[^\n]+\n$/)
})

commandTest('without rights: this machine, counted, live; why, and what mends it', ['setpriv'], async (t) => {
  if (await cannotRead(t)) return
  const pty = openPty(`exec ${shellWords(command)}`)
  t.teardown(pty.close)
  // all but system calls, which nothing counts then
  await pty.until((text) => (text.match(/ counted [╮┬]/g) ?? []).length === 4)
  const text = pty.screen().join('\n')
  t.regex(text, /WITHOUT BPF — in full: \S/)
  t.regex(text, /not root/)
  t.notRegex(text, /REPLAY|demo/)
  t.regex(text, /no right to load BPF programs/)
  pty.type('q')
  t.is(await pty.exited, 0)
})
