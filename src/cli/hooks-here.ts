// Whether the hooks of a script are on this machine, as far as that can be seen without rights and without bpftrace: what
// certainly is not there is said before one has tried.
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { usdtIn } from './usdt-here.ts'
import { findProgram } from '../engine/proc/find-program.ts'

export interface Machine {
  hasBpftrace(): boolean
  hasKprobes(): boolean
  hasCounters(): boolean
  /** Of a group; undefined where that is not to be seen. */
  tracepoint(group: string, name: string): boolean | undefined
  hasFile(path: string): boolean
  /** `provider:name` of each that a program was built with; undefined where that is not to be seen. */
  usdt(path: string): ReadonlySet<string> | undefined
}

/** Why none of them is here; undefined where one is, or may be. */
export const lackIn = (machine: Machine) => {
  const isHere = (hook: string): boolean | undefined => {
    const [type, ...rest] = hook.split(':') as [string, ...string[]]
    if (KPROBES.test(type)) return machine.hasKprobes() && undefined
    if (type === 'hardware' || type === 'h') return machine.hasCounters()
    const place = rest[0] ?? ''
    if ((type === 'tracepoint' || type === 't') && rest.length === 2)
      return hook.includes('*') ? undefined : machine.tracepoint(place, rest[1]!)
    // a pattern is looked at as far as it is none
    const path = place.replace(/[^/]*\*.*$/, '')
    if (!PROGRAMS.test(type) || !place.startsWith('/')) return undefined
    if (!machine.hasFile(path)) return false
    const isOne = /^(usdt|U)$/.test(type) && rest.length === 3 && !hook.includes('*')
    return isOne ? machine.usdt(place)?.has(`${rest[1]}:${rest[2]}`) : undefined
  }
  return (hooks: readonly string[]): string | undefined => {
    if (!machine.hasBpftrace()) return 'bpftrace is not installed'
    if (hooks.length === 0 || hooks.some((hook) => isHere(hook) !== false)) return undefined
    return hooks.some((hook) => KPROBES.test(hook.split(':', 1)[0]!))
      ? 'this kernel has no kprobes (CONFIG_KPROBES)'
      : `${hooks[0]} is not on this machine`
  }
}

const KPROBES = /^(k(ret)?(probe|func)?|kr|f|fr|fentry|fexit)$/
const PROGRAMS = /^(u(ret)?probe|ur?|usdt|U)$/

const DEVICES = '/sys/bus/event_source/devices'
const EVENTS = ['/sys/kernel/tracing/events', '/sys/kernel/debug/tracing/events']

export const thisMachine = (): Machine => {
  const events = EVENTS.find((folder) => {
    try {
      accessSync(folder, constants.R_OK | constants.X_OK)
      return true
    } catch {
      return false
    }
  })
  return {
    hasBpftrace: () => findProgram('bpftrace') !== undefined,
    hasKprobes: () => existsSync(`${DEVICES}/kprobe`),
    hasCounters: () => {
      try {
        return readdirSync(DEVICES).some((name) => /^cpu|pmuv3|^armv/.test(name))
      } catch {
        return false
      }
    },
    tracepoint: (group, name) => (events === undefined ? undefined : existsSync(`${events}/${group}/${name}`)),
    hasFile: existsSync,
    usdt: usdtIn,
  }
}
