// A folder of the test's own, gone when it ends.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'

export const temporaryFolder = (t: Pick<ExecutionContext, 'teardown'>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'probetop-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
