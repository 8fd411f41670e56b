// What is known of one process's code: its executable memory and the files behind it, opened while it is there.
import { readFileSync } from 'node:fs'
import type { StackFrame } from '../stream/stacks.ts'
import type { CodeFile } from './code-file.ts'
import type { CodeFiles } from './files.ts'
import { openJitMap } from './jit.ts'
import type { JitMap } from './jit.ts'
import { regionAt, regionsIn } from './regions.ts'
import type { Region } from './regions.ts'

export interface Code {
  /** Tells it from an earlier program under the same number; undefined when it is gone. */
  readonly identity: string | undefined
  /** The function at an address, and before it what was inlined into it; `pending` while its file is being read,
   * `garbage` where there is no code at all. */
  frames(address: number): readonly StackFrame[] | 'pending' | 'garbage'
  /** Once a reading: what was loaded or compiled meanwhile may be looked for again. */
  renew(): void
}

interface Part extends Region {
  code: CodeFile | undefined
}

export const readCode = (pid: number, files: CodeFiles): Code => {
  const identity = identityOf(pid)
  const readParts = (): Part[] =>
    regionsIn(read(`/proc/${pid}/maps`)).map((region) => ({
      ...region,
      code: region.file ? files.open(pid, region) : undefined,
    }))
  let parts = readParts()
  let fresh = true
  let jit: JitMap | undefined
  let jitFresh = false

  const partOf = (address: number): Part | undefined => {
    const known = regionAt(parts, address) as Part | undefined
    if (known || fresh) return known
    fresh = true
    const now = readParts()
    if (now.length === 0 || identityOf(pid) !== identity) return undefined
    parts = now
    return regionAt(parts, address) as Part | undefined
  }

  const jitName = (address: number): string | undefined => {
    jit ??= openJitMap(jitPath(pid))
    if (!jitFresh) jit.refresh()
    jitFresh = true
    return jit.name(address)
  }

  return {
    identity,
    frames(address) {
      const part = partOf(address)
      if (!part) return 'garbage'
      const { module } = part
      if (part.jit) {
        const name = jitName(address)
        return [named(name, 'jit', module)]
      }
      const place = part.code?.at(address - part.start + part.offset)
      if (place === 'pending') return place
      return [
        ...(place?.inlined ?? []).map((name) => named(name, 'inlined', module)),
        named(place?.name, 'user', module),
      ]
    },
    renew() {
      fresh = false
      jitFresh = false
    },
  }
}

const named = (name: string | undefined, kind: StackFrame['kind'], module: string): StackFrame =>
  name === undefined ? { name: '[unknown]', kind: 'unknown', module } : { name, kind, module }

/** When it began, and where its program and stack lie, which change with every exec. */
export const identityOf = (pid: number): string | undefined => {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // fields 22, 26 and 28 of proc(5)
  return fields.length > 25 ? `${fields[19]} ${fields[23]} ${fields[25]}` : undefined
}

/** Written under the number that the process has in its own namespace, into its own /tmp. */
const jitPath = (pid: number): string => {
  const inner = /^NSpid:.*?(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? String(pid)
  return `/proc/${pid}/root/tmp/perf-${inner}.map`
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // gone
  }
}
