// The engine's own command line. It is written by our own screen, or by hand to look at the raw stream.
import { parseArgs } from 'node:util'
import { PROBES, PROBES_BUILT } from '../paths.ts'
import { clampIntervalMs, knownProbes } from '../stream/commands.ts'
import { PROBES as PROBE_IDS, type ProbeId } from '../stream/probe-ids.ts'
import { SPECS } from './probes/registry.ts'

export interface EngineOptions {
  intervalMs: number
  probes: ProbeId[]
  objects: string
  scripts: string
  /** The first interval as long as the others, for output that counts them; else a short one, so that a screen has
   * data at once. */
  fullFirst: boolean
  /** The most that the probes may take of all CPUs; 0: any. */
  limitPercent: number
  /** Whose screen it is, where root gave it away: scripts are taken as far as sudo lets that user be root. */
  invoker?: string
  /** Scripts may call what bpftrace calls unsafe. */
  unsafe: boolean
  /** The most that scripts may take together; 0: any. */
  scriptBytes: number
  /** What the screen's clock adds to the machine's; absent: a clock of its own. */
  epochMs?: number
}

/** Throws an Error with one line for the user. */
export const engineOptions = (argv: readonly string[]): EngineOptions => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      interval: { type: 'string', default: '1000' },
      probes: { type: 'string', default: 'processes,sched,block,tcp,syscalls' },
      objects: { type: 'string', default: PROBES_BUILT },
      scripts: { type: 'string', default: PROBES },
      'max-overhead': { type: 'string', default: '0' },
      'full-first': { type: 'boolean', default: false },
      epoch: { type: 'string' },
      invoker: { type: 'string' },
      unsafe: { type: 'boolean', default: false },
      'script-memory': { type: 'string', default: '0' },
    },
  })
  const intervalMs = Number(values.interval)
  if (!Number.isFinite(intervalMs)) throw new Error(`--interval ${values.interval}: not a number of milliseconds`)
  const limitPercent = Number(values['max-overhead'])
  if (!(limitPercent >= 0)) throw new Error(`--max-overhead ${values['max-overhead']}: not a percentage`)
  const scriptBytes = 1e6 * Number(values['script-memory'])
  if (!(scriptBytes >= 0)) throw new Error(`--script-memory ${values['script-memory']}: not a number of MB`)
  const names = values.probes.split(',').filter((name) => name !== '')
  const known: readonly string[] = [...PROBE_IDS, ...SPECS.map(({ id }) => id)]
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`--probes ${unknown}: none of ${known.join(', ')}`)
  return {
    intervalMs: clampIntervalMs(intervalMs),
    probes: knownProbes(names),
    objects: values.objects,
    scripts: values.scripts,
    fullFirst: values['full-first'],
    limitPercent,
    unsafe: values.unsafe,
    scriptBytes,
    ...(values.invoker !== undefined && { invoker: values.invoker }),
    ...(Number.isFinite(Number(values.epoch ?? NaN)) && { epochMs: Number(values.epoch) }),
  }
}
