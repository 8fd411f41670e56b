// File systems of our own on loop devices, over a file or over one whose fsync takes a known time (FUSE, by syncing.py).
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import type { ExecutionContext } from 'ava'
import { ROOT } from '../../src/paths.ts'
import { temporaryFolder } from './temporary.ts'

export const MOUNT_COMMANDS = ['losetup', 'mkfs.ext4', 'mount', 'umount', 'python3']

export const SYNCING = join(ROOT, 'test/helpers/syncing.py')

export interface MountedDisk {
  folder: string
  /** As in /sys/block. */
  disk: string
}

/** An ext4 with a journal, gone with the test, past the page cache of the file below it. `flushMs`: what its device takes to flush. Undefined: this machine has no FUSE. */
export const mountedExt4 = async (
  t: ExecutionContext,
  { mebibytes = 128, flushMs = 0, options = 'defaults' } = {},
): Promise<MountedDisk | undefined> => {
  const own = temporaryFolder(t)
  const file = join(own, 'disk')
  if (flushMs > 0) {
    if (!existsSync('/dev/fuse')) return undefined
    const server = spawn('python3', [SYNCING, '--slow', file, String(mebibytes), String(flushMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(server.stdout, 'data')
    t.teardown(() => {
      execFileSync('umount', ['--lazy', file])
      server.kill('SIGKILL')
    })
  } else {
    writeFileSync(file, '')
    truncateSync(file, mebibytes << 20)
  }
  const device = execFileSync('losetup', ['--find', '--show', ...(flushMs > 0 ? [] : ['--direct-io=on']), file], {
    encoding: 'utf8',
  }).trim()
  t.teardown(() => execFileSync('losetup', ['--detach', device]))
  execFileSync('mkfs.ext4', ['-q', '-F', device])
  const folder = join(own, 'on-it')
  mkdirSync(folder)
  execFileSync('mount', ['-o', options, device, folder])
  t.teardown(() => {
    execFileSync('umount', ['--lazy', folder])
    rmSync(folder, { recursive: true })
  })
  return { folder, disk: device.slice('/dev/'.length) }
}
