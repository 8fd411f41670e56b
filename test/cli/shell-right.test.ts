// What sudo says of the right to a shell, by programs that answer as it does.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { noShell } from '../../src/cli/shell-right.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const answering = (t: ExecutionContext, script: string): string => {
  const path = join(temporaryFolder(t), 'sudo')
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return path
}
const ALICE = { euid: 1000, user: 'alice' }

test('only a plain no is one', async (t) => {
  const said = (script: string): Promise<string | undefined> => noShell(ALICE, answering(t, script))
  t.is(await said('exit 1'), 'it runs as root, and sudo gives alice no shell')
  t.is(await said('test "$*" = "-n -l -- /bin/sh" && echo /bin/sh'), undefined)
  t.is(await said('echo "sudo: a password is required" >&2; exit 1'), undefined)
  t.is(await said('exit 127'), undefined)
})

test('of root, and where sudo gave nothing away, it is not asked', async (t) => {
  const no = answering(t, 'exit 1')
  t.is(await noShell({ euid: 0, user: 'alice' }, no), undefined)
  t.is(await noShell({ euid: 1000, user: undefined }, no), undefined)
  t.is(await noShell(ALICE, undefined), undefined)
})
