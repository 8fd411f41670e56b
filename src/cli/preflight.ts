// Can this machine be probed? Asked before the screen goes live; when not, the bundled recording opens and says why.
import { thisHost } from './checked-host.ts'
import type { Host } from './checked-host.ts'
import { compiledProbes, kernel, library, lockdown, procfs, rights, system, typeInformation } from './preconditions.ts'

type Preflight = { ok: true } | { ok: false; why: string; hint: string }

/** In the order in which a cause hides the next. */
const CONDITIONS = [system, procfs, kernel, typeInformation, rights, lockdown, library, compiledProbes]

/** Takes under a millisecond; the first thing that cannot be done without, if one lacks. */
export const preflight = (host: Host = thisHost()): Preflight => {
  for (const condition of CONDITIONS) {
    const { level, what, cause, hint } = condition(host)
    if (level === 'fail') return { ok: false, why: `${what} (${cause})`, hint: hint ?? '' }
  }
  return { ok: true }
}
