// Which program runs under a number, and whose it is.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { fieldsOf, orElse } from '../../source/proc-stat.ts'

export interface Owner {
  uid: number
  gid: number
  /** Its own user may not look at it: it has capabilities, or has changed its user. */
  hidden: boolean
}

const MOST_THREADS = 64

/** When it began, and where its program and stack lie, which change with every exec; undefined when it has ended. */
export const identityOf = (pid: number): string | undefined => {
  const own = identityIn(pid)
  if (own !== undefined) return own
  // its main thread may have ended without the others
  const threads = orElse([], () => readdirSync(`/proc/${pid}/task`)).slice(0, MOST_THREADS)
  for (const tid of threads) {
    const identity = Number(tid) === pid ? undefined : identityIn(Number(tid))
    if (identity !== undefined) return identity
  }
  return undefined
}

const identityIn = (tid: number): string | undefined => {
  // fields 3, 22, 26 and 28 of proc(5)
  const fields = fieldsOf(orElse('', () => readFileSync(`/proc/${tid}/stat`, 'latin1')))
  return fields.length < 26 || /[ZXx]/.test(fields[0]!) ? undefined : `${fields[19]} ${fields[23]} ${fields[25]}`
}

export const ownerOf = (pid: number): Owner | undefined =>
  orElse(undefined, () => {
    const { uid, gid } = statSync(`/proc/${pid}`)
    return { uid, gid, hidden: false }
  })
