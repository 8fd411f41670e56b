// Who else can have written a file. What is run as root, or read by what runs as root, is taken of root and of ourselves
// alone.
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { PROBES } from '../paths.ts'

/** Root's and our own are as good as we are. */
export const othersWrite = (uid: number, mode: number, what: string): string | undefined => {
  const own = process.geteuid?.() ?? 0
  if (uid !== 0 && uid !== own) return `${what} belongs to another user (${uid}), who could have anything run as root`
  return (mode & 0o022) !== 0
    ? `${what} can be written by others, who could have anything run as root: chmod go-w`
    : undefined
}

/** Who may write any of the folders above it can put another folder into its place. Those of what comes with probetop
 * are those of the program itself. */
export const othersReplace = (path: string): string | undefined => {
  for (let at = dirname(path); ; at = dirname(at)) {
    const { uid, mode } = statSync(at)
    // in a sticky one nobody replaces what is another's
    const problem = (mode & 0o1000) !== 0 ? undefined : othersWrite(uid, mode, `its folder ${at}`)
    if (problem !== undefined || at === '/' || at === PROBES) return problem
  }
}
