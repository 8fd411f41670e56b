// What is known of one process's code: its executable memory, and the names found so far. Names that need the library
// are looked up beside the engine and are there at a later reading; what was found stays when the process is gone.
import { readFileSync } from 'node:fs'
import type { StackFrame } from '../../stream/stacks.ts'
import { openJitMap } from './jit.ts'
import type { JitMap } from './jit.ts'
import { openResolver } from './libbcc.ts'
import type { Resolver } from './libbcc.ts'
import { regionAt, regionsIn } from './regions.ts'
import type { Region } from './regions.ts'

export interface Code {
  /** Tells it from an earlier program under the same number; undefined when it is gone. */
  readonly identity: string | undefined
  /** The function at an address; `garbage` where there is no code at all. */
  frame(address: number): StackFrame | 'pending' | 'garbage'
  /** Once a reading: what was loaded or compiled meanwhile may be looked for again. */
  renew(): void
  /** Lets go of the library's tables; names stay. */
  release(): void
  readonly hasTables: boolean
}

const MOST_NAMES = 20_000

/** Reads /proc at once, so that a process that ends now is known. */
export const readCode = (pid: number): Code => {
  const identity = identityOf(pid)
  let regions = readRegions(pid)
  let fresh = true
  let jit: JitMap | undefined
  let jitFresh = false
  // opened now: the files of a process that ends cannot be found later
  let resolver: Resolver | undefined = regions.some((region) => !region.jit) ? openResolver(pid) : undefined
  const names = new Map<number, StackFrame | 'pending'>()
  let pending = 0

  const regionOf = (address: number): Region | undefined => {
    const known = regionAt(regions, address)
    if (known || fresh) return known
    fresh = true
    const now = readRegions(pid)
    if (now.length === 0 || identityOf(pid) !== identity) return undefined
    regions = now
    void resolver?.refresh().catch(ignore)
    return regionAt(regions, address)
  }

  const jitFrame = (address: number, region: Region): StackFrame => {
    jit ??= openJitMap(jitPath(pid))
    if (!jitFresh) jit.refresh()
    jitFresh = true
    const name = jit.name(address)
    return name === undefined
      ? { name: '[unknown]', kind: 'unknown', module: region.module }
      : { name, kind: 'jit', module: region.module }
  }

  const lookUp = (address: number, region: Region): StackFrame | 'pending' => {
    const offset = address - region.start + region.offset
    if (!resolver) return { name: `${region.module}+0x${offset.toString(16)}`, kind: 'unknown', module: region.module }
    pending++
    resolver.name(address).then(
      (name) => {
        pending--
        names.set(address, name === undefined
          ? { name: '[unknown]', kind: 'unknown', module: region.module }
          : { name, kind: 'user', module: region.module })
      },
      () => {
        pending--
        names.delete(address)
      },
    )
    return 'pending'
  }

  const release = (): void => {
    resolver?.free()
    resolver = undefined
  }

  return {
    identity,
    frame(address) {
      const known = names.get(address)
      if (known) return known
      const region = regionOf(address)
      if (!region) return 'garbage'
      if (region.jit) return jitFrame(address, region)
      if (names.size >= MOST_NAMES) names.clear()
      const found = lookUp(address, region)
      names.set(address, found)
      return found
    },
    renew() {
      fresh = false
      jitFresh = false
      // gone, and all that was seen of it has its name
      if (resolver && pending === 0 && identityOf(pid) !== identity) release()
    },
    release,
    get hasTables() {
      return resolver !== undefined
    },
  }
}

/** When it began, and where its program and stack lie, which change with every exec. */
export const identityOf = (pid: number): string | undefined => {
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)!.split(' ')
  // fields 22, 26 and 28 of proc(5); the third of them is the first after the name
  return fields.length > 25 ? `${fields[19]} ${fields[23]} ${fields[25]}` : undefined
}

const readRegions = (pid: number): Region[] => regionsIn(read(`/proc/${pid}/maps`))

/** Written under the number that the process has in its own namespace, into its own /tmp. */
const jitPath = (pid: number): string => {
  const inner = /^NSpid:.*?(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? String(pid)
  return `/proc/${pid}/root/tmp/perf-${inner}.map`
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const ignore = (): void => {}
