// Runs a screen that crashes.
import { join } from 'node:path'
import test from 'ava'
import { ROOT } from '../../src/paths.ts'
import { bundleOf } from '../../src/setup/test-bundles.mjs'
import { openPty, shellWords } from '../helpers/pty.ts'

const FIXTURE = join(ROOT, bundleOf('test/process/fixtures/crashing-screen.ts'))

export const run = test.macro(async (t, how: string, code: number) => {
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
