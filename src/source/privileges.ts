// Rights: how the engine gets them, and how we get rid of ours. Nothing but the engine needs any.
import { accessSync, constants } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { stepBack } from './priority.ts'

export type Rights = { are: 'ours' } | { are: 'sudo'; sudo: string } | { are: 'none'; why: string; hint: string }

const FOLDERS = ['/usr/bin', '/usr/local/bin', '/bin', '/run/wrappers/bin']

export const findSudo = (folders: readonly string[] = FOLDERS): string | undefined =>
  folders
    .map((folder) => join(folder, 'sudo'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })

/** Before the screen opens: asks for the password when one is needed and somebody can type it. */
export const obtainRights = async (isTerminal: boolean, sudo = findSudo()): Promise<Rights> => {
  if (process.geteuid?.() === 0) return { are: 'ours' }
  if (sudo === undefined)
    return { are: 'none', why: 'not root, and sudo is not installed', hint: 'run probetop as root' }
  if (await runs(sudo, ['-n', '--', '/bin/sh', '-c', ':'], 'ignore')) return { are: 'sudo', sudo }
  if (!isTerminal)
    return {
      are: 'none',
      why: 'sudo asks for a password and there is no terminal',
      hint: 'run `sudo -v` first, or probetop as root',
    }
  if (!(await runs(sudo, ['-v'], 'inherit'))) return { are: 'none', why: 'sudo refused', hint: 'run probetop as root' }
  if (await runs(sudo, ['-n', '--', '/bin/sh', '-c', ':'], 'ignore')) return { are: 'sudo', sudo }
  return { are: 'none', why: 'sudo does not keep the password', hint: 'start it with `sudo probetop`' }
}

const runs = async (sudo: string, args: string[], stdio: 'ignore' | 'inherit'): Promise<boolean> =>
  !(await execa(sudo, args, { stdio, cwd: '/', reject: false, cleanup: false })).failed

interface Invoker {
  uid: number
  gid: number
  name: string
}

/** Who called sudo, when we are root through it. Pure but for its arguments. */
export const invokerOf = (env: NodeJS.ProcessEnv, euid: number | undefined): Invoker | undefined => {
  const { SUDO_UID, SUDO_GID, SUDO_USER } = env
  if (euid !== 0 || !SUDO_USER || !isId(SUDO_UID) || !isId(SUDO_GID) || Number(SUDO_UID) === 0) return undefined
  return { uid: Number(SUDO_UID), gid: Number(SUDO_GID), name: SUDO_USER }
}

/** Becomes the user who called sudo, for good, with the priority of a user. Undefined when there is none. Throws when it cannot be done. */
export const dropToInvoker = (env = process.env): Invoker | undefined => {
  const invoker = invokerOf(env, process.geteuid?.())
  if (!invoker) return undefined
  stepBack()
  // groups first: afterwards there is no right to change them, and the user last for the same reason
  joinGroups(invoker)
  process.setgid!(invoker.gid)
  process.setuid!(invoker.uid)
  if (process.getuid!() === 0 || process.geteuid!() === 0 || mayReturn()) throw new Error('could not drop root')
  env.USER = env.LOGNAME = invoker.name
  env.HOME = homeOf() ?? '/'
  return invoker
}

/** All groups of the user; one who is in no user database has only that of the call. */
const joinGroups = ({ uid, gid }: Invoker): void => {
  try {
    ;(process as unknown as { initgroups(user: number, group: number): void }).initgroups(uid, gid)
  } catch {
    process.setgroups!([gid])
  }
}

const homeOf = (): string | undefined => {
  try {
    return userInfo().homedir
  } catch {
    return undefined
  }
}

const mayReturn = (): boolean => {
  try {
    process.setuid!(0)
    return true
  } catch {
    return false
  }
}

const isId = (text: string | undefined): text is string => text !== undefined && /^\d{1,10}$/.test(text)
