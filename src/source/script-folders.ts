// Where scripts are kept: the user's folder, the machine's, and what comes with probetop.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { PROBES } from '../paths.ts'

export const userFolder = (): string => {
  const { XDG_CONFIG_HOME, HOME = homedir() } = process.env
  return join(XDG_CONFIG_HOME?.startsWith('/') ? XDG_CONFIG_HOME : join(HOME, '.config'), 'probetop', 'probes')
}

export const scriptFolders = (): string[] => [userFolder(), '/etc/probetop/probes', PROBES]
