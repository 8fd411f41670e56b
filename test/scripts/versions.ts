// The versions of bpftrace that scripts are tried with: the system's, and those that PROBETOP_BPFTRACE names (paths,
// separated by colons).
import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { execa } from 'execa'
import { findProgram } from '../../src/engine/proc/find-program.ts'

export interface Bpftrace {
  version: string
  path: string
  folder: string
}

export const bpftraces = async (): Promise<Bpftrace[]> => {
  const named = (process.env.PROBETOP_BPFTRACE ?? '').split(':').filter((path) => path !== '')
  const own = findProgram('bpftrace')
  const found: Bpftrace[] = []
  for (const path of [...(own === undefined ? [] : [own]), ...named]) {
    if (!existsSync(path) || basename(path) !== 'bpftrace') throw new Error(`PROBETOP_BPFTRACE: no bpftrace at ${path}`)
    const { stdout } = await execa(path, ['--version'])
    found.push({ version: /\d+\.\d+/.exec(stdout)?.[0] ?? '?', path, folder: dirname(path) })
  }
  return found
}
