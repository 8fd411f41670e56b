// The hooks of this machine by name, for whoever types one: bpftrace is asked for all of them once, in the background, when
// the first is typed. On most kernels they are some 100,000; so they are kept as the one text that they came as.
import { MOST_HOOK_NAMES, type HooksMessage } from '../../stream/hooks.ts'
import { askProgram } from './ask-program.ts'
import { FOLDERS, findProgram } from '../proc/find-program.ts'
import { environment, namespaced } from './run-bpftrace.ts'

export type HookAnswer = Pick<HooksMessage, 'begin' | 'names' | 'of' | 'why'>

interface HookNames {
  /** What was typed of one; undefined: nobody types. Each is answered, if it is still the last when its answer is known. */
  want(begin: string | undefined): void
}

/** `ask`: all of them, a line each; undefined where that fails. */
export const createHookNames = (answer: (found: HookAnswer) => void, ask = askForHooks): HookNames => {
  let last: string | undefined
  let all: string | undefined
  let isAsked = false
  const say = (): void => {
    if (last !== undefined && all !== undefined) answer(namesFrom(all, last))
  }
  const onNames = (names: string | undefined): void => {
    if (names !== undefined) {
      all = `\n${[...NOT_LISTED, names.trim()].join('\n')}`
      return say()
    }
    // whoever types again asks again
    isAsked = false
    if (last !== undefined) answer({ begin: last, names: [], of: 0, why: 'bpftrace -l does not answer' })
  }
  return {
    want(begin) {
      if (begin === last) return
      last = begin
      if (begin === undefined) return
      if (!isAsked) void ask().then(onNames)
      else say()
      isAsked = true
    },
  }
}

/** What bpftrace does not list: it takes them with any number, or of any program. */
const NOT_LISTED = ['BEGIN', 'END', 'interval:s:', 'interval:ms:', 'profile:hz:', 'uprobe:', 'uretprobe:', 'usdt:']
/** What is listed as another only. */
const AS_LISTED: Readonly<Record<string, string>> = {
  ...{ t: 'tracepoint', k: 'kprobe', kr: 'kprobe', kretprobe: 'kprobe', f: 'fentry', fr: 'fentry', fexit: 'fentry' },
  ...{ kretfunc: 'kfunc', s: 'software', h: 'hardware', rt: 'rawtracepoint' },
}
const NAME = /^[\w:./*+-]+$/

/** `all`: a line each, with a line end before it. */
export const namesFrom = (all: string, begin: string): HookAnswer => {
  const [type, rest] = [begin.split(':', 1)[0]!, begin.slice(begin.indexOf(':'))]
  const listed = begin.includes(':') ? AS_LISTED[type] : undefined
  const wanted = listed === undefined ? begin : `${listed}${rest}`
  const start = `\n${wanted}`
  const found = new Set<string>()
  let of = 0
  for (let at = all.indexOf(start), end = 0; at >= 0; at = all.indexOf(start, end)) {
    end = endOfLine(all, at + 1)
    const line = all.slice(at + 1, end)
    const next = line.indexOf(':', wanted.length)
    const isPart = next >= 0
    const name = isPart ? line.slice(0, next + 1) : line
    // those that go on with the same part are one, and stand together
    while (isPart && all.startsWith(name, end + 1)) end = endOfLine(all, end + 1)
    if (!NAME.test(name) || found.has(name)) continue
    of++
    if (found.size < MOST_HOOK_NAMES) found.add(name)
  }
  const names = [...found].map((name) => (listed === undefined ? name : `${type}${name.slice(listed.length)}`))
  return { begin, names: names.sort(), of }
}

const endOfLine = (text: string, from: number): number => {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

const LONGEST_MS = 60_000
const MOST_BYTES = 16 * 1024 * 1024

const askForHooks = async (): Promise<string | undefined> => {
  const bpftrace = findProgram('bpftrace')
  if (bpftrace === undefined) return undefined
  const [file, ...args] = [...namespaced({ folders: FOLDERS }), bpftrace, '-l']
  return askProgram(file!, args, environment(undefined), { longestMs: LONGEST_MS, mostBytes: MOST_BYTES })
}
