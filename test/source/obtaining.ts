// Obtains rights, in a process of its own.
import { join } from 'node:path'
import { execa } from 'execa'
import { obtainRights } from '../../src/source/privileges.ts'

/** Runs a few lines of TypeScript as a process with this environment; they print JSON. */
export const run = async (lines: string, env: NodeJS.ProcessEnv = {}) => {
  const source = `import * as privileges from ${JSON.stringify(join(import.meta.dirname, '../../src/source/privileges.ts'))}\n${lines}`
  const tsx = import.meta.resolve('tsx')
  const { stdout } = await execa(process.execPath, ['--import', tsx, '--input-type=module', '-e', source], { env })
  return JSON.parse(stdout)
}

/** As a user without rights, with a fake sudo. */
export const obtained = async (sudo: string) => {
  if (process.geteuid?.() !== 0) return obtainRights(false, sudo)
  return run(
    `process.setuid(65534)\nconsole.log(JSON.stringify(await privileges.obtainRights(false, ${JSON.stringify(sudo)})))`,
  )
}
