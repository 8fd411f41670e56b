// What tests take for AVA when mutants run: the same assertions in the process that is there already, as starting AVA takes
// longer than most tests. Nobody reads why one fails, so it only says that.
import { deepStrictEqual } from 'node:assert/strict'

type Body = (t: typeof assertions, ...args: unknown[]) => unknown
type Macro = { exec: Body; title: (provided: string, ...args: unknown[]) => string }

/** In the order of their files, which is that of the bundle. */
export const tests: { title: string; run: () => unknown }[] = []
const teardowns: (() => unknown)[] = []

const must = (ok: boolean, message = 'not so'): void => {
  if (!ok) throw new Error(message)
}

/** What of a value its expectation speaks of. */
const spokenOf = (actual: unknown, expected: unknown): unknown => {
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null) return actual
  const part: object = Array.isArray(expected) ? [] : {}
  for (const key of Reflect.ownKeys(expected))
    Reflect.set(part, key, spokenOf(Reflect.get(actual, key), Reflect.get(expected, key)))
  return part
}

type Expected = { instanceOf?: new (...args: never[]) => unknown; message?: string | RegExp }

const asExpected = (error: unknown, { instanceOf, message }: Expected = {}): unknown => {
  must(error instanceof (instanceOf ?? Error))
  if (typeof message === 'string') must((error as Error).message === message)
  if (message instanceof RegExp) must(message.test((error as Error).message))
  return error
}

const assertions = {
  pass: () => {},
  log: () => {},
  fail: () => must(false),
  is: (actual: unknown, expected: unknown) => must(Object.is(actual, expected)),
  not: (actual: unknown, expected: unknown) => must(!Object.is(actual, expected)),
  true: (actual: unknown) => must(actual === true),
  false: (actual: unknown) => must(actual === false),
  truthy: (actual: unknown) => must(Boolean(actual)),
  falsy: (actual: unknown) => must(!actual),
  regex: (text: string, pattern: RegExp) => must(pattern.test(text)),
  notRegex: (text: string, pattern: RegExp) => must(!pattern.test(text)),
  deepEqual: (actual: unknown, expected: unknown) => deepStrictEqual(actual, expected),
  like: (actual: unknown, expected: unknown) => deepStrictEqual(spokenOf(actual, expected), expected),
  teardown: (work: () => unknown) => void teardowns.push(work),
  notThrows: (work: () => unknown) => work(),
  throws: (work: () => unknown, expected?: Expected) => {
    try {
      work()
    } catch (error) {
      return asExpected(error, expected)
    }
    return must(false)
  },
  throwsAsync: async (work: Promise<unknown> | (() => Promise<unknown>), expected?: Expected) => {
    try {
      await (typeof work === 'function' ? work() : work)
    } catch (error) {
      return asExpected(error, expected)
    }
    return must(false)
  },
}

const add = (title: string, given: Body | Macro, ...args: unknown[]): void => {
  const body = typeof given === 'function' ? given : given.exec
  const run = async (): Promise<void> => {
    try {
      await body(assertions, ...args)
    } finally {
      for (const work of teardowns.splice(0).toReversed()) await work()
    }
  }
  tests.push({ title, run })
}

const macro = (given: Body | Partial<Macro>): Macro => {
  const { exec, title = (provided: string) => provided } =
    typeof given === 'function' ? ({ exec: given } as Partial<Macro>) : given
  return { exec: exec!, title }
}

export default Object.assign(add, { serial: add, macro })
