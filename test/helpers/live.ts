// The built program in a pseudo-terminal, with real probes.
import { readFileSync } from 'node:fs'
import type { ExecutionContext } from 'ava'
import { descendantsOf, startProbetop, type Pty } from '../helpers/pty.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

export const isLive = (text: string): boolean => (text.match(/ (live|quiet) [╮┬]/g)?.length ?? 0) === 5

export const live = async (t: ExecutionContext, args: string[] = [], options = {}): Promise<Pty> => {
  const pty = startProbetop(['0.5', ...args], { cwd: temporaryFolder(t), ...options })
  t.teardown(pty.close)
  await pty.until(isLive)
  return pty
}

export const engineOf = (pid: number): number =>
  descendantsOf(pid).find((each) => procFile(each, 'cmdline').startsWith('probetop-engine'))!

/** Empty for a process that has just gone. */
export const procFile = (pid: number, name: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}
