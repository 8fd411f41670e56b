// Reader of probes/names.bpf.c, which it attaches to the C libraries that processes have. Containers come and go: they are
// looked for again every few seconds. Where the function begins is asked of one who may read a library; what was opened for
// that is what is attached to.
import { closeSync, existsSync } from 'node:fs'
import { descriptorOf } from '../../../source/plain-descriptor.ts'
import { tableOf } from '../../../stream/spec.ts'
import type { PlanDescribed, StartDescribed } from '../../base/described-probe.ts'
import { describedPlan, loadDescribed } from '../../native/described-object.ts'
import { lostCounter } from '../../native/lost.ts'
import { objectWork } from '../../native/work.ts'
import { createPace } from '../../proc/pace.ts'
import { askFunctionOffset } from '../../symbols/function-offset.ts'
import { lookupReader } from './decode.ts'
import { findLibraries, libraryId, type Library } from './libraries.ts'
import { NAMES } from './spec.ts'

const LOOK_AGAIN_MS = 3000
/** Of looking, so many of rest. */
const REST = 400
const MOST_LIBRARIES = 32
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
  const lost = lostCounter(object)
  let waiting: Library[] = []
  /** One at a time: each takes a process for a moment. */
  let asked: string | undefined
  let closed = false

  const attach = (cookie: number, fd: number, offset: number): (() => void) => {
    const ends: (() => void)[] = []
    const end = (): void => ends.forEach((each) => each())
    try {
      const of = { fd, offset, cookie }
      ends.push(object.attachToFunction('lookup_ends', { ...of, isReturn: true }))
      ends.push(object.attachToFunction('lookup_begins', of))
      return end
    } catch (error) {
      end()
      throw error
    }
  }

  const follow = async ({ id, libc, path }: Library): Promise<void> => {
    const file = descriptorOf(path)
    try {
      if (!file || libraryId(file.stat) !== id) throw new Error('it is another by now')
      const offset = await askFunctionOffset(file.fd, FUNCTION)
      if (offset === undefined) throw new Error(`no ${FUNCTION} is found in it`)
      if (!closed) attached.set(id, attach(cookies[libc], file.fd, offset))
    } catch (error) {
      refused.add(id)
      context.log('warn', `names looked up with ${path} are not seen: ${(error as Error).message}`)
    } finally {
      if (file) closeSync(file.fd)
    }
  }

  const followNext = (): void => {
    if (closed || asked !== undefined || attached.size >= MOST_LIBRARIES) return
    const next = waiting.shift()
    asked = next?.id
    if (next)
      void follow(next).finally(() => {
        asked = undefined
        followNext()
      })
  }

  const look = (): void => {
    const found = findLibraries()
    const there = new Set(found.map(({ id }) => id))
    for (const [id, end] of attached) {
      if (there.has(id)) continue
      end()
      attached.delete(id)
    }
    for (const id of refused) if (!there.has(id)) refused.delete(id)
    waiting = found.filter(({ id }) => id !== asked && !attached.has(id) && !refused.has(id))
  }

  const attachSome = (): void => {
    if (pace.hasRested() && pace.sinceMs() >= LOOK_AGAIN_MS) pace.spend(look)
    followNext()
  }
  const leftOut = (): number => (attached.size < MOST_LIBRARIES ? 0 : waiting.length)

  attachSome()
  return {
    read() {
      const { rows, hists } = read(Number(process.hrtime.bigint()))
      attachSome()
      return {
        lost: lost(),
        tables: { lookups: tableOf(NAMES.tables.lookups, rows) },
        hists,
        totals: { libraries: attached.size },
        notes: [
          ...(attached.size === 0 ? ['no C library is found in which names are looked up'] : []),
          ...(leftOut() > 0 ? [`of ${leftOut()} more C libraries nothing is told`] : []),
        ],
      }
    },
    /** Once this machine's own is followed, or nothing can be. */
    ready: () => attached.size > 0 || asked === undefined,
    work: objectWork(() => [object]),
    close() {
      closed = true
      for (const end of attached.values()) end()
      object.close()
    },
  }
}
