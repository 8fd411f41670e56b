// Names of processes and threads that have blanks in them, by what is left without: for who prints them so. All threads
// are looked at when a name is new, seldom where that takes long.
import { readdirSync } from 'node:fs'
import { createPace } from './pace.ts'
import { orElse, pidsIn, textOf } from '../../source/proc-stat.ts'

/** Those not found are looked for again so often. */
const AGAIN_MS = 30_000
const MOST_THREADS = 20_000
const MOST_HOPELESS = 10_000

export const blankNames = (nowMs: () => number): ((squeezed: string) => string | undefined) => {
  /** What is called as it is printed stands for itself. */
  let names = new Map<string, string>()
  const hopeless = new Set<string>()
  const pace = createPace(nowMs)
  return (squeezed) => {
    const known = names.get(squeezed)
    if (known !== undefined) return known
    const sinceMs = pace.sinceMs()
    if (!pace.hasRested() || (hopeless.has(squeezed) && sinceMs < AGAIN_MS)) return undefined
    // one that has ended keeps its name
    names = new Map([...names, ...pace.spend(read)])
    if (sinceMs >= AGAIN_MS || hopeless.size >= MOST_HOPELESS) hopeless.clear()
    if (!names.has(squeezed)) hopeless.add(squeezed)
    return names.get(squeezed)
  }
}

/** As bpftrace from 0.24 on prints a name within a key. */
export const withoutBlanks = (name: string): string => name.replaceAll(' ', '')

const read = (): Map<string, string> => {
  const found = new Map<string, string>()
  const plain = new Set<string>()
  let left = MOST_THREADS
  for (const pid of pidsIn()) {
    for (const tid of orElse([] as string[], () => readdirSync(`/proc/${pid}/task`))) {
      if (--left < 0) break
      const name = textOf(`/proc/${pid}/task/${tid}/comm`).replace(/\n$/, '')
      if (name.includes(' ')) found.set(withoutBlanks(name), name)
      else plain.add(name)
    }
  }
  return new Map([...found, ...[...plain].map((name) => [name, name] as const)])
}
