// Getting to a running engine: may this machine be probed, with whose rights, and from then on without ours.
import { liveSource } from '../source/live.ts'
import { dropToInvoker, invokerOf, obtainRights } from '../source/privileges.ts'
import { startEarly } from '../source/early.ts'
import type { ProbeId, Source } from '../stream/types.ts'
import { thisHost } from './host.ts'
import { mayProbe } from './preconditions.ts'
import { preflight } from './preflight.ts'

export type Live = { source: Source } | { why: string; mend: string }

/** The engine is on its way when this returns, and we are the user who called. */
export const startLive = async (
  wanted: {
    intervalMs: number
    probes: readonly ProbeId[]
    fullFirst: boolean
    maxOverheadPercent: number
    unsafe: boolean
  },
  isTerminal: boolean,
): Promise<Live> => {
  const host = thisHost()
  const found = preflight(host)
  if (!found.ok) return found
  const rights = mayProbe(host) ? { are: 'ours' as const } : await obtainRights(isTerminal)
  if (rights.are === 'none') return rights
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
  return { source }
}
