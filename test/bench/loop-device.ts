// A loop device over a small file, in memory where there is such a file system, so that block I/O costs what the kernel's
// path through the layers costs, and not what a disk takes.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
const BYTES = 64 << 20

/** It goes away with `remove`, and when this process ends. */
export const loopDevice = (): { device: string; remove(): void } => {
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'probetop-bench-'))
  const file = join(folder, 'disk')
  writeFileSync(file, Buffer.alloc(BYTES)) // not sparse: a hole is read without a device
  const device = execFileSync('losetup', ['--find', '--show', file], { encoding: 'utf8' }).trim()
  const remove = (): void => {
    process.removeListener('exit', remove)
    execFileSync('losetup', ['--detach', device])
    rmSync(folder, { recursive: true })
  }
  process.once('exit', remove)
  return { device, remove }
}
