// Answers questions about the addresses and stacks of processes: what is known at once, what has to be read for it as soon as it is.
import { openCode } from './process-code.ts'
import type { Code, CodeOptions, Found } from './process-code.ts'
import { MOST_ADDRESSES } from './protocol.ts'
import type { Answer, Named, Question } from './protocol.ts'
import { MACHINE } from './unwind/register-names.ts'
import type { Rule } from './unwind/kernel-rule.ts'
import { openWalk } from './unwind/stack.ts'
import { MOST_STACKS } from './unwind/unwound.ts'
import type { UnwoundStack, Walk } from './unwind/unwound.ts'

interface Service {
  ask(question: Question): void
  /** Something was read: looks again at what has no answer. */
  again(): void
  close(): void
}

interface Known {
  identity: string
  code: Code
  waiting: Set<number>
  /** Stacks on the way up, by number. */
  walks: Map<number, Walk>
  renewedMs: number
}

const MOST_PROCESSES = 256
const MOST_REGIONS = 200_000
/** What was compiled or loaded meanwhile is looked for so often. */
const RENEW_MS = 400

export const createService = (options: CodeOptions, send: (answer: Answer) => void): Service => {
  // in the order in which they were asked about last
  const known = new Map<number, Known>()

  const forget = (pid: number): void => {
    known.get(pid)?.code.close()
    known.delete(pid)
  }

  const knownOf = ({ pid, identity }: Question): Known => {
    let found = known.get(pid)
    if (found && found.identity !== identity) {
      forget(pid)
      found = undefined
    }
    found ??= { identity, code: openCode(pid, options), waiting: new Set(), walks: new Map(), renewedMs: -Infinity }
    known.delete(pid)
    known.set(pid, found)
    return found
  }

  const makeRoom = (): void => {
    let regions = 0
    for (const { code } of known.values()) regions += code.regions()
    for (const [pid, { code, waiting, walks }] of known) {
      if (known.size <= MOST_PROCESSES && regions <= MOST_REGIONS) break
      if (waiting.size > 0 || walks.size > 0) continue
      regions -= code.regions()
      forget(pid)
    }
  }

  const answer = (pid: number, one: Known): void => {
    const { identity, code, waiting, walks } = one
    let at: Named[] = []
    const flush = (): void => {
      if (at.length > 0) send({ is: 'names', pid, identity, at })
      at = []
    }
    for (const address of waiting) {
      const found = code.at(address)
      if (found === 'pending') continue
      if (code.denied()) {
        waiting.clear()
        walks.clear()
        return send({ is: 'denied', pid, identity })
      }
      waiting.delete(address)
      if (at.push(namedOf(address, found)) >= MOST_ADDRESSES / 2) flush()
    }
    flush()
    unwind(pid, one)
  }

  const unwind = (pid: number, { identity, code, walks }: Known): void => {
    let stacks: UnwoundStack[] = []
    let rules = new Map<number, Rule>()
    const flush = (): void => {
      const interpreter = code.interpreter()
      if (stacks.length > 0)
        send({ is: 'stacks', pid, identity, stacks, rules: [...rules.values()], ...(interpreter && { interpreter }) })
      stacks = []
      rules = new Map()
    }
    for (const [id, walk] of walks) {
      if (!walk.goOn(code.row)) continue
      if (code.denied()) {
        walks.clear()
        return send({ is: 'denied', pid, identity })
      }
      walks.delete(id)
      for (const rule of walk.rules) rules.set(rule.at, rule)
      if (stacks.push({ id, callers: walk.callers, end: walk.end }) >= MOST_STACKS) flush()
    }
    flush()
  }

  return {
    ask(question) {
      const one = knownOf(question)
      makeRoom()
      const nowMs = performance.now()
      if (nowMs - one.renewedMs >= RENEW_MS) {
        one.renewedMs = nowMs
        one.code.renew()
      }
      for (const address of question.at) one.waiting.add(address)
      for (const { id, stack, ...rest } of question.stacks ?? [])
        one.walks.set(id, openWalk({ ...rest, stack: Buffer.from(stack, 'base64') }, MACHINE))
      answer(question.pid, one)
    },
    again() {
      for (const [pid, one] of known) if (one.waiting.size > 0 || one.walks.size > 0) answer(pid, one)
    },
    close() {
      for (const pid of known.keys()) forget(pid)
      options.files.close()
    },
  }
}

const namedOf = (address: number, { frames, changes }: Found): Named => ({
  address,
  frames: frames === 'garbage' ? [] : frames,
  changes,
})
