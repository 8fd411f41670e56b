// Whether real probes can be loaded here, and why not: for the tests, and for `npm run truth`, which is none.
import { preflight } from '../../src/cli/preflight.ts'
import { tryToLoad } from '../../src/engine/native/trial.ts'
import { thisHost } from '../../src/setup/packages.mjs'

let known: { reason: string | undefined } | undefined

/** Why real probes cannot be loaded by this process; undefined when they can. */
export const bpfReason = (): string | undefined => (known ??= { reason: findReason() }).reason

export const missingCommand = (commands: readonly string[]): string | undefined => {
  const absent = commands.filter((command) => !thisHost().has(command))
  return absent.length === 0 ? undefined : `not installed: ${absent.join(' ')}`
}

const findReason = (): string | undefined => {
  if (process.geteuid?.() !== 0) return 'real BPF needs root'
  const ready = preflight()
  if (!ready.ok) return `no real BPF here: ${ready.why}`
  try {
    tryToLoad()
    return undefined
  } catch (error) {
    return `no real BPF here: ${error instanceof Error ? error.message : String(error)}`
  }
}
