// Where scripts are kept: the user's folder, the machine's, and what comes with probetop.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { PROBES } from '../paths.ts'

export const userFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  join(
    env.XDG_CONFIG_HOME?.startsWith('/') ? env.XDG_CONFIG_HOME : join(env.HOME ?? homedir(), '.config'),
    'probetop',
    'probes',
  )

export const scriptFolders = (): string[] => [userFolder(), '/etc/probetop/probes', PROBES]
