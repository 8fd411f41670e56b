// The place of our session among others. Where the kernel shares CPUs by session (autogroup) a priority means nothing to
// other sessions, and ours is that of a shell: beside a session of many busy threads a frame takes seconds to begin with, and
// an answer to a key ten times as long. So the session goes first while probetop starts, and as long as its screen is there,
// if nobody else is in it who would go first as well.
import { openSync, readSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fieldsOf, pidsIn, textOf } from './proc-stat.ts'

const FIRST = constants.priority.PRIORITY_HIGHEST
/** Until there is something on the screen takes a quarter of a second of a CPU. */
const START_MS = 2000
/** With more processes nobody knows who is in it soon enough; and so many are looked at in one turn, some 10 us each. */
const MOST_PROCESSES = 20_000
const IN_A_TURN = 200

/** Whose start has put the session first already, and left it to us: a process, which became this one. */
const STARTED = 'PROBETOP_FIRST'

let file: number | undefined
let isFirst = false
let wasFirst = false
let isToStay = false
let timer: NodeJS.Timeout | undefined

/** For a moment; without effect where the rights are missing, or where somebody has given the session another place. */
export const sessionGoesFirst = (): void => {
  if (isFirst || !putFirst()) return
  timer = setTimeout(() => void afterStart(), START_MS)
  timer.unref()
}

/** Whoever answers keys asks for it; then it must go back when nobody does (a screen that is suspended). Should we be killed,
 * the keeper puts it back. Back from the shell it goes first once it is known that nobody else would. */
export const sessionStaysFirst = (): void => {
  isToStay = true
  if (!isFirst) void isOurs().then((is) => is && isToStay && !isFirst && putFirst())
}

export const sessionGoesBack = (): void => {
  clearTimeout(timer)
  isToStay = false
  if (!isFirst) return
  isFirst = false
  try {
    if (place() === FIRST) writeSync(file!, '0')
  } catch {
    // the keeper does
  }
}

const putFirst = (): boolean => {
  try {
    if (file === undefined) {
      // opened now: later the rights may be gone
      file = openSync('/proc/self/autogroup', 'r+')
      process.once('exit', sessionGoesBack)
    }
    const started = process.env[STARTED] === String(process.pid)
    delete process.env[STARTED] // nobody else's
    const at = place()
    if (at !== 0 && !(started && at === FIRST)) return false
    if (at === 0) writeSync(file, String(FIRST))
  } catch {
    // no such thing here, or not allowed
    return false
  }
  return (isFirst = wasFirst = true)
}

/** As the kernel says it: `/autogroup-42 nice 0`. */
const place = (): number => {
  const text = Buffer.alloc(100)
  return Number(
    text
      .toString('latin1', 0, readSync(file!, text, 0, text.length, 0))
      .trim()
      .split(' ')
      .at(-1),
  )
}

/** Its first process, where the session goes first or has done so, and may again; '' where it does not. */
export const firstOfSession = (): string => (wasFirst ? (statOf('self')?.session.toString() ?? '') : '')

const afterStart = async (): Promise<void> => {
  if (!isToStay || !(await isOurs())) sessionGoesBack()
}

interface Stat {
  parent: number
  state: string
  session: number
}

/** Is nobody in the session who could run beside us, but who started us and what we started? */
const isOurs = async (): Promise<boolean> => {
  const { session } = statOf('self') ?? {}
  const pids = pidsIn()
  if (session === undefined || pids.length > MOST_PROCESSES) return false
  const inside = new Map<number, Stat>()
  for (let at = 0; at < pids.length; at++) {
    if (at % IN_A_TURN === IN_A_TURN - 1) await nextTurn()
    const stat = statOf(pids[at]!)
    if (stat?.session === session) inside.set(pids[at]!, stat)
  }
  const ours = lineOf(process.pid, inside)
  return [...inside].every(
    ([pid, { state }]) => 'TZ'.includes(state) || ours.has(pid) || lineOf(pid, inside).has(process.pid),
  )
}

/** A process and who started it, as far as they are in the session. Each was read at another moment: they need not be a line. */
const lineOf = (pid: number, inside: ReadonlyMap<number, Stat>): ReadonlySet<number> => {
  const line = new Set<number>()
  for (let at: number | undefined = pid; at !== undefined && !line.has(at); at = inside.get(at)?.parent) line.add(at)
  return line
}

/** Undefined: it has ended. */
const statOf = (pid: number | 'self'): Stat | undefined => {
  const [state, parent, , session] = fieldsOf(textOf(`/proc/${pid}/stat`))
  return state && session ? { state, parent: Number(parent), session: Number(session) } : undefined
}
