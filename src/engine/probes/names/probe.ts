// Reader of probes/names.bpf.c, which it attaches to the C libraries that processes have. Containers come and go: they are
// looked for again every few seconds.
import { existsSync } from 'node:fs'
import { tableOf } from '../../../stream/spec.ts'
import type { PlanDescribed, StartDescribed } from '../../described.ts'
import { describedPlan, loadDescribed } from '../../native/described-object.ts'
import { difference, sumPerCpu, words } from '../../native/per-cpu.ts'
import { objectWork } from '../../native/work.ts'
import { createPace } from '../../proc/pace.ts'
import { lookupReader } from './decode.ts'
import { findLibraries, type Library } from './libraries.ts'
import { NAMES } from './spec.ts'

const LOOK_AGAIN_MS = 3000
/** Of looking, so many of rest. */
const REST = 400
const MOST_LIBRARIES = 32
/** In one interval: the kernel goes through all who have a library mapped. */
const MOST_NEW = 4
const FUNCTION = 'getaddrinfo'

export const plan = (({ object: path, maxEntries }) =>
  describedPlan(path, NAMES, { maxEntries })) satisfies PlanDescribed

export const start: StartDescribed = (context) => {
  const { object } = loadDescribed(plan(context))
  const read = lookupReader(object, (tid) => existsSync(`/proc/${tid}`))
  const cookies = object.values('library', { glibc: 'LIBRARY_GLIBC', musl: 'LIBRARY_MUSL' })
  const attached = new Map<string, () => void>()
  /** Those that could not be, so that it is said once. */
  const refused = new Set<string>()
  const pace = createPace(() => performance.now(), REST)
  const lostMap = object.map('lost')
  const lost = difference()
  const one = new Float64Array(1)
  let waiting: Library[] = []
  let leftOut = 0
  let untrusted = 0

  const attach = ({ id, libc, path }: Library): void => {
    const ends: (() => void)[] = []
    const end = (): void => ends.forEach((each) => each())
    try {
      const of = { path, symbol: FUNCTION, cookie: cookies[libc] }
      ends.push(object.attachToFunction('lookup_ends', { ...of, isReturn: true }))
      ends.push(object.attachToFunction('lookup_begins', of))
      attached.set(id, end)
    } catch (error) {
      end()
      refused.add(id)
      context.log('warn', `names looked up with ${path} are not seen: ${(error as Error).message}`)
    }
  }

  const look = (): void => {
    const found = findLibraries()
    const there = new Set(found.libraries.map(({ id }) => id))
    for (const [id, end] of attached) {
      if (there.has(id)) continue
      end()
      attached.delete(id)
    }
    for (const id of refused) if (!there.has(id)) refused.delete(id)
    waiting = found.libraries.filter(({ id }) => !attached.has(id) && !refused.has(id))
    untrusted = found.untrusted
  }

  const attachSome = (): void => {
    if (pace.hasRested() && pace.sinceMs() >= LOOK_AGAIN_MS) pace.spend(look)
    for (let added = 0; added < MOST_NEW && attached.size < MOST_LIBRARIES && waiting.length > 0; added++)
      attach(waiting.shift()!)
    leftOut = attached.size < MOST_LIBRARIES ? 0 : waiting.length
  }

  attachSome()
  return {
    read() {
      const { rows, hists } = read(Number(process.hrtime.bigint()))
      attachSome()
      return {
        lost: lost(sumPerCpu(words(lostMap.lookup(Buffer.alloc(4))!), lostMap.valueSize, 0, one)[0]!),
        tables: { lookups: tableOf(NAMES.tables.lookups, rows) },
        hists,
        totals: { libraries: attached.size },
        notes: [
          ...(attached.size === 0 ? ['no C library is found in which names are looked up'] : []),
          ...(leftOut > 0 ? [`of ${leftOut} more C libraries nothing is told`] : []),
          ...(untrusted > 0 ? [`${untrusted} C libraries may be written by others than root: of these nothing`] : []),
        ],
      }
    },
    work: objectWork(() => [object]),
    close() {
      for (const end of attached.values()) end()
      object.close()
    },
  }
}
