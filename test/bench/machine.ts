// The machine and the versions that figures belong to, in one line.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../../src/paths.ts'

const line = (command: string, ...words: string[]): string => {
  try {
    return execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .trim()
      .split('\n')[0]!
  } catch {
    return `no ${command}`
  }
}

export const machineLine = (): string => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  const processors = cpus()
  return [
    `probetop ${version}`,
    line('uname', '-srm'),
    `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown CPU'}`,
    `node ${process.version}`,
    line('bpftrace', '--version'),
    line('fio', '--version'),
  ].join(', ')
}
