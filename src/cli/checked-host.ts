// What the checks look at, behind one interface so that tests can put any machine in its place.
import { spawnSync } from 'node:child_process'
import { existsSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { PROBES_BUILT, ROOT } from '../paths.ts'
import { thisHost as packageHost } from '../setup/packages.mjs'
import type { Host as PackageHost } from '../setup/packages.mjs'

export interface Host extends PackageHost {
  platform: string
  arch: string
  /** Effective user id; undefined where there is no such thing. */
  euid: number | undefined
  env: Readonly<Record<string, string | undefined>>
  /** Of the terminal; undefined when output is not one. */
  size: { columns: number; rows: number } | undefined
  /** Folder with the compiled probes. */
  objects: string
  /** True in a checkout, where `npm start` mends; false in an installed package. */
  checkout: boolean
  link(path: string): string | undefined
  /** What the command prints; undefined when it cannot be run or takes too long. */
  output(command: string, args: readonly string[]): string | undefined
}

export const thisHost = (): Host => ({
  ...packageHost(),
  platform: process.platform,
  arch: process.arch,
  euid: process.geteuid?.(),
  env: process.env,
  size: process.stdout.isTTY ? { columns: process.stdout.columns, rows: process.stdout.rows } : undefined,
  objects: PROBES_BUILT,
  checkout: existsSync(join(ROOT, 'src', 'setup', 'start.mjs')),
  link: readLink,
  output: (command, args) => {
    const { error, status, stdout, stderr } = spawnSync(command, args, {
      encoding: 'utf8',
      timeout: 5000,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return error || status !== 0 ? undefined : `${stdout}${stderr}`
  },
})

const readLink = (path: string): string | undefined => {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}
