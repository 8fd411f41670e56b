// Asks where in a file a function begins: a namer with nobody's rights reads the file, which may be anybody's. It is given
// the file open, says a number or nothing, and has some seconds for that.
import { spawnNamer } from './namer.ts'
import type { Owner } from './owner.ts'

const NOBODY: Owner = { uid: 65_534, gid: 65_534, hidden: false }
/** node alone takes seconds to start on a machine that has little time for it. */
const MOST_MS = 15_000
const LONGEST_ANSWER = 20

/** `fd`: of the file. Bytes from its begin; undefined where there is no such function, or nothing can be told of it. Throws
 * Error where no namer can be started. */
export const askFunctionOffset = (fd: number, name: string): Promise<number | undefined> => {
  const child = spawnNamer(NOBODY, ['offset', name], { stdio: ['ignore', 'pipe', 'ignore', fd] })
  const timer = setTimeout(() => child.kill('SIGKILL'), MOST_MS)
  return new Promise<number | undefined>((resolve) => {
    let said = ''
    child.stdout!.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1', 0, LONGEST_ANSWER)
      if (said.length > LONGEST_ANSWER) child.kill('SIGKILL')
    })
    child.on('error', () => resolve(undefined))
    child.on('close', () => resolve(/^\d{1,15}\n$/.test(said) ? Number(said) : undefined))
  }).finally(() => clearTimeout(timer))
}
