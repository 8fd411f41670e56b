// Runs start.
import { join } from 'node:path'
import { execa } from 'execa'
import { ROOT } from '../../src/paths.ts'

export const start = (...args: string[]) =>
  execa(process.execPath, [join(ROOT, 'src/setup/start.mjs'), ...args], { cwd: '/', reject: false, stdin: 'ignore' })
