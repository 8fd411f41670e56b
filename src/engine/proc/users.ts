// Names of users from /etc/passwd, read again when the file has changed.
import { statSync } from 'node:fs'
import { orElse, textOf } from '../../source/proc-stat.ts'

const AGAIN_MS = 5000
const MOST_BYTES = 4 * 1024 * 1024

/** Undefined for a number without a name. */
export const userNames = (steadyMs: () => number, path = '/etc/passwd'): ((uid: number) => string | undefined) => {
  let names = new Map<number, string>()
  let changedMs = -1
  let lookedMs = -Infinity
  const look = (): void => {
    lookedMs = steadyMs()
    const { mtimeMs, size } = orElse<{ mtimeMs: number; size: number }>({ mtimeMs: -1, size: 0 }, () => statSync(path))
    if (mtimeMs === changedMs || size > MOST_BYTES) return
    changedMs = mtimeMs
    names = usersIn(textOf(path))
  }
  return (uid) => {
    if (steadyMs() - lookedMs >= AGAIN_MS) look()
    return names.get(uid)
  }
}

/** The first of a number counts. */
export const usersIn = (passwd: string): Map<number, string> => {
  const names = new Map<number, string>()
  for (const line of passwd.split('\n')) {
    const [name, , uid] = line.split(':')
    if (name && uid && /^\d+$/.test(uid) && !names.has(Number(uid))) names.set(Number(uid), name)
  }
  return names
}
