// What --version prints: of everything a report about a problem needs to name.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { release, type, machine } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../paths.ts'

export const ownVersion = (): string => JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version

export const versions = (): string =>
  [
    `probetop ${ownVersion()}`,
    `node ${process.version}`,
    `kernel ${type()} ${release()} ${machine()}`,
    `bpftrace ${bpftraceVersion()}`,
    '',
  ].join('\n')

const bpftraceVersion = (): string => {
  const { stdout, error } = spawnSync('bpftrace', ['--version'], { encoding: 'utf8', timeout: 1000 })
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return 'not found'
  return /v?(\d+\.\d+\S*)/.exec(stdout ?? '')?.[1] ?? 'does not tell'
}
