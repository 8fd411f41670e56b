// Whether scripts are taken from the screen. A script is root: so only what whoever started probetop could run as root
// anyway. Root and whom sudo lets run a shell may; of a screen that root gave to the user who called sudo, sudo is asked
// what that user may. What is shipped with probetop runs for all.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { askProgram } from './bpftrace/ask-program.ts'
import { FOLDERS, findProgram } from './proc/find-program.ts'
import { MOST_SCRIPT_BYTES, type ScriptPlan } from '../stream/script.ts'
import { ProbeError } from './base/probe.ts'

interface ScriptRights {
  /** Rejects with a ProbeError. */
  check(script: Pick<ScriptPlan, 'text' | 'tool'>): Promise<void>
}

/** `invoker`: who has the screen, where that is not root and did not get a shell from sudo. */
export const createRights = (invoker: string | undefined, shipped: string): ScriptRights => {
  let may: Promise<boolean> | undefined
  return {
    async check({ text, tool }) {
      if (invoker === undefined || (tool === undefined && isShipped(text, shipped))) return
      may ??= mayRunShell(invoker)
      if (await may) return
      throw new ProbeError(
        'unsupported',
        `scripts run as root, and ${invoker} may not: sudo gives no shell`,
        'ask for the right to run /bin/sh with sudo; the scripts that come with probetop run without',
      )
    },
  }
}

/** To the letter. */
const isShipped = (text: string, folder: string): boolean => {
  try {
    return readdirSync(folder).some((name) => {
      const path = join(folder, name)
      return name.endsWith('.bt') && statSync(path).size <= MOST_SCRIPT_BYTES && readFileSync(path, 'utf8') === text
    })
  } catch {
    return false
  }
}

const mayRunShell = async (invoker: string): Promise<boolean> => {
  const sudo = findProgram('sudo')
  if (sudo === undefined) return false
  const env = { PATH: FOLDERS.join(':'), LC_ALL: 'C' }
  return (await askProgram(sudo, ['-n', '-l', '-U', invoker, '--', '/bin/sh'], env)) !== undefined
}
