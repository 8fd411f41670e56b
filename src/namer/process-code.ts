// What is known of one process's code: its executable memory, the files behind it, opened while it is there, and what a
// run-time compiler says.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { orElse, textOf } from '../source/proc-stat.ts'
import type { StackFrame } from '../stream/stack-types.ts'
import { pauses } from './dwarf/pause.ts'
import type { CodeFiles, Place } from './code-files.ts'
import type { Interpreter } from './base/interpreter-parts.ts'
import { openJitMap } from './jit.ts'
import type { JitMap } from './jit.ts'
import type { Jobs } from './base/jobs.ts'
import { readRegions } from './regions.ts'
import type { Region, Regions } from './regions.ts'
import type { Row } from './unwind/row.ts'

/** `garbage`: there is no code at all. `changes`: another may be there later. */
export type Found = { frames: readonly StackFrame[] | 'garbage'; changes: boolean }

export interface Code {
  /** The function at an address, and before it what was inlined into it; `pending` while something is being read. */
  at(address: number): Found | 'pending'
  /** How to get from there to the caller: `pointers` where nothing is said of it. */
  row(address: number): Row | 'pointers' | 'nothing' | 'pending'
  /** Of what the functions are for which rows said so. */
  interpreter(): Interpreter | undefined
  /** Its memory may not be looked at. */
  denied(): boolean
  /** What was loaded or compiled meanwhile may be looked for again. */
  renew(): void
  /** Of memory that is kept. */
  regions(): number
  close(): void
}

export interface CodeOptions {
  files: CodeFiles
  jobs: Jobs
  /** Lines of maps of run-time code that may still be kept. */
  jitBudget: { lines: number }
  onLeftOut(module: string, why: string): void
}

const BUDGET_MS = 10_000
/** Looking at a large memory again may take this part of the time. */
const REREAD_SHARE = 20
const MOST_THREADS = 64

export const openCode = (pid: number, { files, jobs, jitBudget, onLeftOut }: CodeOptions): Code => {
  let place: Place = { tid: pid, space: '' }
  let regions: Regions | undefined
  let state: 'unread' | 'reading' | 'read' = 'unread'
  let denied = false
  let fresh = false
  let notBeforeMs = 0
  let jit: JitMap | undefined
  let jitState: 'stale' | 'reading' | 'fresh' = 'stale'
  let closed = false
  let interpreter: Interpreter | undefined

  const readMaps = async (): Promise<void> => {
    const startedMs = performance.now()
    const pause = pauses({ leftMs: BUDGET_MS })
    const found = await readRegions(`/proc/${pid}/maps`, pause)
    // of a process whose main thread has ended only the others show its memory
    const tid = found.count > 0 ? pid : otherThread(pid)
    const now = tid === pid ? found : await readRegions(`/proc/${tid}/maps`, pause)
    notBeforeMs = performance.now() + (performance.now() - startedMs) * REREAD_SHARE
    // one that has ended keeps what was found before
    if (now.count === 0 && regions) return
    regions = now
    place = { tid, space: spaceOf(tid) }
  }

  const beginMaps = (): void => {
    state = 'reading'
    fresh = true
    jobs
      .run(`memory of process ${pid}`, readMaps)
      .catch((error: NodeJS.ErrnoException) => {
        denied = !regions && (error.code === 'EACCES' || error.code === 'EPERM')
      })
      .finally(() => (state = 'read'))
  }

  const jitAt = (address: number, module: string): Found | 'pending' => {
    if (jitState === 'stale') {
      jitState = 'reading'
      const path = jitPath(place.tid)
      jit ??= openJitMap(path, {
        uid: uidOf(place.tid),
        budget: jitBudget,
        onLeftOut: (why) => onLeftOut(path.split('/').at(-1)!, why),
      })
      jobs
        .run(`${path.split('/').at(-1)} of process ${pid}`, jit.refresh)
        .catch(() => undefined)
        .finally(() => {
          jitState = 'fresh'
          if (closed) jit?.close()
        })
    }
    if (jitState === 'reading') return 'pending'
    return { frames: [named(jit?.name(address), 'jit', module)], changes: true }
  }

  const fileAt = (address: number, region: Region): Found | 'pending' => {
    const { module, start, offset } = region
    const code = region.file ? files.open(place, region) : undefined
    const found = code?.at(address - start + offset)
    if (found === 'pending') return found
    const inlined = (found?.inlined ?? []).map((name) => named(name, 'inlined', module))
    // functions without a name are told apart by where they begin
    const begin = found?.start === undefined ? undefined : `${module}+0x${found.start.toString(16)}`
    return { frames: [...inlined, named(found?.name ?? begin, 'user', module)], changes: found?.more === true }
  }

  const regionAt = (address: number): Region | 'pending' | undefined => {
    if (state === 'unread') beginMaps()
    if (state === 'reading') return 'pending'
    const region = regions?.at(address)
    if (region || fresh || performance.now() < notBeforeMs) return region
    beginMaps()
    return 'pending'
  }

  return {
    at(address) {
      const region = regionAt(address)
      if (region === 'pending') return region
      if (!region) return { frames: 'garbage', changes: true }
      return region.jit ? jitAt(address, region.module) : fileAt(address, region)
    },
    row(address) {
      const region = regionAt(address)
      if (region === 'pending') return region
      if (!region) return 'nothing'
      const code = region.file ? files.open(place, region) : undefined
      const offset = address - region.start + region.offset
      const row = code?.row(offset) ?? 'pointers'
      const found = typeof row === 'string' ? undefined : code!.interpreter(offset, address)
      if (!found || typeof row === 'string') return row
      interpreter = found
      return { ...row, interprets: true }
    },
    interpreter: () => interpreter,
    denied: () => denied,
    renew() {
      fresh = denied
      if (jitState === 'fresh') jitState = 'stale'
    },
    regions: () => regions?.count ?? 0,
    close() {
      closed = true
      if (jitState !== 'reading') jit?.close()
    },
  }
}

const named = (name: string | undefined, kind: StackFrame['kind'], module: string): StackFrame =>
  name === undefined ? { name: '[unknown]', kind: 'unknown', module } : { name, kind, module }

const otherThread = (pid: number): number => {
  const threads = orElse([], () => readdirSync(`/proc/${pid}/task`))
  const living = threads.slice(0, MOST_THREADS).find((tid) => / [RSDTt] /.test(stateOf(Number(tid))))
  return Number(living ?? pid)
}

const stateOf = (tid: number): string =>
  orElse('', () => readFileSync(`/proc/${tid}/stat`, 'latin1').replace(/^.*\)/s, ''))

/** Its mount namespace, and whose it is. */
const spaceOf = (tid: number): string =>
  `${orElse('', () => readlinkSync(`/proc/${tid}/ns/mnt`))} ${orElse('', () => readlinkSync(`/proc/${tid}/root`))} ${uidOf(tid)}`

const uidOf = (tid: number): number => orElse(-1, () => statSync(`/proc/${tid}`).uid)

/** Written under the number that the process has in its own namespace, into its own /tmp. */
const jitPath = (tid: number): string => {
  const status = textOf(`/proc/${tid}/status`, 'latin1')
  const inner = /^NStgid:.*?(\d+)$/m.exec(status)?.[1] ?? String(tid)
  return `/proc/${tid}/root/tmp/perf-${inner}.map`
}
