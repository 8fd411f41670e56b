// Finds the programs we start, in fixed folders only: the engine runs with rights and must not follow a PATH.
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

export const FOLDERS = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/run/current-system/sw/bin',
]

export const findProgram = (name: string, folders: readonly string[] = FOLDERS): string | undefined =>
  folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
