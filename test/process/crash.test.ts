// What must not reach the terminal while the screen is up, and what remains when the screen breaks.
import { join } from 'node:path'
import test from 'ava'
import { ROOT } from '../../src/paths.ts'
import { bundleOf } from '../../src/setup/test-bundles.mjs'
import { openPty, shellWords } from '../helpers/pty.ts'

const FIXTURE = join(ROOT, bundleOf('test/process/fixtures/crashing-screen.ts'))

const run = test.macro(async (t, how: string, code: number) => {
  const pty = openPty(`exec ${shellWords([process.execPath, '--enable-source-maps', FIXTURE, how])}`, { cwd: ROOT })
  t.teardown(pty.close)
  await pty.until((text) => text.includes('postgres'))
  process.kill(pty.pid(), 'SIGUSR2')
  t.is(await pty.exited, code)
  t.false(pty.isAlternate())
  const bytes = pty.bytes()
  const left = bytes.lastIndexOf('\x1b[?1049l')
  for (const chatter of ['chatter on stdout', 'chatter on stderr', 'chatter of node']) {
    t.true(bytes.indexOf(chatter) > left, `${chatter} comes after the screen`)
  }
  if (code === 1) t.regex(bytes.slice(left), /a mistake of ours[^]*crashing-screen\.ts/)
})

test.serial('an exception: terminal restored, error printed, exit code 1', run, 'throw', 1)
test.serial('a rejection nobody handles, too', run, 'reject', 1)
test.serial('what others print waits for the end', run, 'end', 143)
