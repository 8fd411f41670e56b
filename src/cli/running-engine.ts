// Getting to a running engine: may this machine be probed, with whose rights, and from then on without ours.
import { liveSource } from '../source/live.ts'
import { dropToInvoker, invokerOf, obtainRights } from '../source/privileges.ts'
import { startEarly } from '../source/early.ts'
import type { Source } from '../stream/stream-types.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import { thisHost, type Host } from './checked-host.ts'
import { mayProbe, procfs, system } from './preconditions.ts'
import { preflight } from './preflight.ts'

/** `without`: the engine runs, but without rights or programs, from what /proc and netlink tell anybody. */
type Live = { source: Source; without?: Lack } | Lack

export interface Lack {
  why: string
  hint: string
}

/** The engine is on its way when this returns, and we are the user who called. */
export const startLive = async (
  wanted: {
    intervalMs: number
    probes: readonly ProbeId[]
    fullFirst: boolean
    maxOverheadPercent: number
    unsafe: boolean
    scriptMb: number
    /** Also where nothing can be probed. */
    without: boolean
  },
  isTerminal: boolean,
): Promise<Live> => {
  const host = thisHost()
  const found = preflight(host)
  const rights = !found.ok || mayProbe(host) ? { are: 'ours' as const } : await obtainRights(isTerminal)
  const lack = found.ok ? (rights.are === 'none' ? { why: rights.why, hint: rights.hint } : undefined) : found
  if (lack && !(wanted.without && canCount(host))) return { why: lack.why, hint: lack.hint }
  const invoker = invokerOf(process.env, process.geteuid?.())?.name
  const source = startEarly(
    liveSource({
      ...wanted,
      ...(invoker !== undefined && { invoker }),
      ...(rights.are === 'sudo' && { sudo: rights.sudo }),
    }),
  )
  try {
    dropToInvoker()
  } catch (error) {
    await source.stop()
    throw error
  }
  return { source, ...(lack && { without: { why: lack.why, hint: lack.hint } }) }
}

/** There is something to read. */
const canCount = (host: Host): boolean => system(host).level !== 'fail' && procfs(host).level !== 'fail'
