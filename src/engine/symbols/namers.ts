// All namers: one for each user whose processes have something to be named, a few at once. One that takes too much
// memory or does not come to an end is ended, what it was busy with is given up, and another goes on with the rest.
import type { Answer } from '../../namer/protocol.ts'
import type { ProbeContext } from '../base/probe.ts'
import type { KnownNames, Program } from './known-names.ts'
import { startNamer } from './namer.ts'
import type { Namer, StartNamer } from './namer.ts'
import type { Owner } from './owner.ts'

interface Namers {
  /** Asks what is wanted, of those that can be asked now. Nothing waits. */
  ask(): void
  close(): void
}

interface NamersOptions {
  known: KnownNames
  log: ProbeContext['log']
  start?: StartNamer
  nowMs?(): number
}

interface Live {
  namer: Namer
  owner: Owner
  sinceMs: number
  /** When it last said or was asked something. */
  activeMs: number
  /** For how long it has said nothing though it was asked and could run; and when that was looked at. */
  silentMs: number
  lookedMs: number
  waitedMs: number
  doing: string | undefined
  unanswered: number
  programs: Set<Program>
}

interface Trouble {
  failures: number
  untilMs: number
}

export const MOST_LIVE = 4
export const MOST_MEMORY_BYTES = 256 << 20
const WATCH_MS = 100
const MOST_UNWATCHED_MS = 1000
const MOST_UNANSWERED = 4000
const MOST_SAID_BYTES = 8 << 20
const SILENCE_MS = 15_000
const IDLE_MS = 30_000
/** One that has been at work for so long gives way when others wait. */
const TURN_MS = 3000
const MOST_GIVEN_UP = 256
const LONGEST_REST_MS = 30_000
const EXIT_CANNOT = 3

export const createNamers = ({
  known,
  log,
  start = startNamer,
  nowMs = () => performance.now(),
}: NamersOptions): Namers => {
  const live = new Map<string, Live>()
  const givenUp = new Map<string, Set<string>>()
  const troubles = new Map<string, Trouble>()
  const told = new Set<string>()
  let watch: NodeJS.Timeout | undefined
  let lastTurnMs = 0

  const say = (text: string): void => {
    if (told.has(text) || told.size >= MOST_GIVEN_UP) return
    told.add(text)
    log('info', text)
  }

  /** Forgets one that is over; what it had not answered is asked again. */
  const drop = (key: string, one: Live): void => {
    if (live.get(key) === one) live.delete(key)
    for (const program of one.programs) known.askAgain(program)
  }

  const rest = (key: string): void => {
    const failures = (troubles.get(key)?.failures ?? 0) + 1
    troubles.set(key, { failures, untilMs: nowMs() + Math.min(LONGEST_REST_MS, 250 * 2 ** failures) })
  }

  const blame = (key: string, one: Live, why: string): void => {
    if (one.doing === undefined) {
      rest(key)
      return say(`names of ${ownerText(one.owner)} come late: ${why}`)
    }
    const mine = givenUp.get(key) ?? new Set()
    givenUp.set(key, mine)
    if (mine.size >= MOST_GIVEN_UP) rest(key)
    else mine.add(one.doing)
    say(`names of ${one.doing} are given up: ${why}`)
  }

  const end = (key: string, one: Live, why?: string): void => {
    one.namer.kill()
    drop(key, one)
    if (why !== undefined) blame(key, one, why)
  }

  const onEnd = (key: string, one: Live, code: number | string): void => {
    if (live.get(key) !== one) return
    drop(key, one)
    if (code === 134 || code === 'SIGABRT' || code === 'SIGTRAP' || code === 'SIGSEGV')
      return blame(key, one, `reading it ended its reader (${code})`)
    rest(key)
    say(
      code === EXIT_CANNOT || code === 127
        ? `names of ${ownerText(one.owner)} are left out: their reader could not give up its rights`
        : `names of ${ownerText(one.owner)} come late: their reader ended (${code})`,
    )
  }

  const onAnswer = (key: string, one: Live, answer: Answer): void => {
    if (live.get(key) !== one) return
    one.activeMs = nowMs()
    one.silentMs = 0
    if (answer.is === 'doing') one.doing = answer.what
    else if (answer.is === 'said') say(answer.text)
    else if (answer.is === 'denied') {
      const program = known.program(answer.pid, answer.identity)
      if (!program) return
      one.programs.delete(program)
      one.unanswered = Math.max(0, one.unanswered - askedOf(program))
      // root may, but takes less in
      if (program.owner.hidden) return known.giveUp(program)
      program.owner = { ...program.owner, hidden: true }
      known.askAgain(program)
      ask()
    } else {
      one.unanswered -= known.take(answer)
      troubles.delete(key)
      const program = known.program(answer.pid, answer.identity)
      if (program && askedOf(program) === 0) one.programs.delete(program)
      if (one.programs.size === 0) one.unanswered = 0
      if (one.unanswered < MOST_UNANSWERED / 2) ask()
    }
  }

  const begin = (key: string, owner: Owner): Live | undefined => {
    const now = nowMs()
    if (now < (troubles.get(key)?.untilMs ?? 0)) return undefined
    const one: Partial<Live> = {
      owner,
      sinceMs: now,
      activeMs: now,
      silentMs: 0,
      lookedMs: now,
      waitedMs: 0,
      doing: undefined,
      unanswered: 0,
      programs: new Set(),
    }
    try {
      one.namer = start(owner, [...(givenUp.get(key) ?? [])], {
        onAnswer: (answer) => onAnswer(key, one as Live, answer),
        onEnd: (code) => onEnd(key, one as Live, code),
      })
    } catch (error) {
      rest(key)
      say(`names of functions are left out: ${(error as Error).message}`)
      return undefined
    }
    live.set(key, one as Live)
    watch ??= setInterval(look, WATCH_MS).unref()
    return one as Live
  }

  /** One that has nothing to do, or has had its turn. */
  const makeRoom = (): boolean => {
    const now = nowMs()
    const idle = [...live]
      .filter(([, { unanswered }]) => unanswered === 0)
      .sort((a, b) => a[1].activeMs - b[1].activeMs)
    const busy = [...live]
      .filter(([, { sinceMs }]) => now - sinceMs > TURN_MS)
      .sort((a, b) => a[1].sinceMs - b[1].sinceMs)
    const found = idle[0] ?? (now - lastTurnMs > TURN_MS ? busy[0] : undefined)
    if (!found) return false
    if (idle.length === 0) lastTurnMs = now
    end(...found)
    return true
  }

  const ask = (): void => {
    for (const program of known.wanting()) {
      const key = keyOf(program.owner)
      let one = live.get(key)
      if (!one && (live.size < MOST_LIVE || makeRoom())) one = begin(key, program.owner)
      if (!one) continue
      if (one.unanswered === 0) one.silentMs = 0
      while (one.unanswered < MOST_UNANSWERED) {
        const question = known.question(program)
        if (!question) break
        one.programs.add(program)
        one.unanswered += question.at.length + (question.stacks?.length ?? 0)
        one.activeMs = nowMs()
        one.namer.ask(question)
      }
    }
  }

  /** What it had to wait for a CPU is no fault of what it reads, nor is that we could not look. */
  const countSilence = (one: Live, now: number): void => {
    const forMs = Math.min(now - one.lookedMs, MOST_UNWATCHED_MS)
    one.lookedMs = now
    if (one.unanswered === 0) return
    const waitedMs = one.namer.waitedMs()
    one.silentMs += Math.max(0, forMs - (waitedMs - one.waitedMs))
    one.waitedMs = waitedMs
  }

  const look = (): void => {
    const now = nowMs()
    for (const [key, one] of live) {
      countSilence(one, now)
      const bytes = one.unanswered > 0 || now - one.activeMs < 1000 ? one.namer.memoryBytes() : 0
      if (bytes > MOST_MEMORY_BYTES) end(key, one, `reading it takes more than ${MOST_MEMORY_BYTES >> 20} MB`)
      else if (one.unanswered > 0 && one.silentMs > SILENCE_MS) end(key, one, 'reading it does not end')
      else if (one.namer.saidBytes() > MOST_SAID_BYTES) end(key, one, 'more is said of it than was asked')
      else if (one.unanswered === 0 && now - one.activeMs > IDLE_MS) end(key, one)
    }
    ask()
    if (live.size > 0 || known.wanting().length > 0) return
    clearInterval(watch)
    watch = undefined
  }

  return {
    ask,
    close() {
      clearInterval(watch)
      for (const [key, one] of live) end(key, one)
    },
  }
}

const askedOf = ({ asked, askedStacks }: Program): number => asked.size + askedStacks.size

const keyOf = ({ uid, gid, hidden }: Owner): string => (hidden ? 'hidden' : `${uid} ${gid}`)

const ownerText = ({ uid, hidden }: Owner): string =>
  hidden ? 'processes that their own user may not look at' : `processes of user ${uid}`
