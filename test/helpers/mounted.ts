// File systems of our own on loop devices, over a file or over one whose fsync takes a known time (FUSE, by syncing.py).
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import type { ExecutionContext } from 'ava'
import { ROOT } from '../../src/paths.ts'
import { temporaryFolder } from './temporary.ts'

export const MOUNT_COMMANDS = ['losetup', 'mkfs.ext4', 'mount', 'umount', 'python3']

const SYNCING = join(ROOT, 'test/helpers/syncing.py')

interface MountedDisk {
  folder: string
  /** As in /sys/block. */
  disk: string
}

/** What a device of ours takes its time for, and how long; of 0 nothing. */
export interface Slowness {
  flushMs?: number
  readMs?: number
  writeMs?: number
}

/** A file that a process serves by FUSE, and that process, until the test ends. Undefined: this machine has no FUSE. */
export const slowFile = async (
  t: ExecutionContext,
  mebibytes: number,
  { flushMs = 0, readMs = 0, writeMs = 0 }: Slowness,
): Promise<{ file: string; server: ChildProcess } | undefined> => {
  if (!existsSync('/dev/fuse')) return undefined
  const file = join(temporaryFolder(t), 'disk')
  const [what, ms] = readMs > 0 ? ['read', readMs] : writeMs > 0 ? ['write', writeMs] : ['fsync', flushMs]
  const server = spawn('python3', [SYNCING, '--slow', file, String(mebibytes), String(ms), what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(server.stdout, 'data')
  t.teardown(() => {
    execFileSync('umount', ['--lazy', file])
    server.kill('SIGKILL')
  })
  return { file, server }
}

/** A loop device, gone with the test, past the page cache of the file below it. Undefined: it is to be slow, and this
 * machine has no FUSE. */
export const slowDevice = async (
  t: ExecutionContext,
  mebibytes: number,
  slowness: Slowness,
): Promise<string | undefined> => {
  const isSlow = Object.values(slowness).some((ms) => ms > 0)
  const file = isSlow ? (await slowFile(t, mebibytes, slowness))?.file : join(temporaryFolder(t), 'disk')
  if (file === undefined) return undefined
  if (!isSlow) {
    writeFileSync(file, '')
    truncateSync(file, mebibytes << 20)
  }
  const words = slowness.flushMs ? [] : ['--direct-io=on']
  const device = execFileSync('losetup', ['--find', '--show', ...words, file], { encoding: 'utf8' }).trim()
  t.teardown(() => execFileSync('losetup', ['--detach', device]))
  return device
}

/** So that nothing of it is in memory. */
export const mountAgain = ({ folder, disk }: MountedDisk): void => {
  execFileSync('umount', [folder])
  execFileSync('mount', [`/dev/${disk}`, folder])
}

export type MountedType = 'ext4' | 'xfs' | 'btrfs'

/** What it takes to make one, and how large it has to be, in MiB. */
const MAKES: Record<MountedType, { words: readonly string[]; least: number }> = {
  // whole at once: else a thread of the kernel goes on making it, and holds locks meanwhile
  ext4: { words: ['-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0'], least: 0 },
  xfs: { words: ['-f'], least: 320 },
  btrfs: { words: ['-f'], least: 128 },
}

type MountOptions = Slowness & { mebibytes?: number; options?: string }

/** An ext4 with a journal on such a device. */
export const mountedExt4 = (t: ExecutionContext, how: MountOptions = {}): Promise<MountedDisk | undefined> =>
  mounted(t, 'ext4', how)

/** Undefined also where the kernel does not know its type. */
export const mounted = async (
  t: ExecutionContext,
  type: MountedType,
  { mebibytes = 128, options = 'defaults', ...slowness }: MountOptions = {},
): Promise<MountedDisk | undefined> => {
  if (!new RegExp(`\\b${type}$`, 'm').test(readFileSync('/proc/filesystems', 'utf8'))) return undefined
  const { words, least } = MAKES[type]
  const device = await slowDevice(t, Math.max(mebibytes, least), slowness)
  if (device === undefined) return undefined
  execFileSync(`mkfs.${type}`, ['-q', ...words, device])
  const folder = join(temporaryFolder(t), 'on-it')
  mkdirSync(folder)
  execFileSync('mount', ['-o', options, device, folder])
  t.teardown(() => {
    execFileSync('umount', ['--lazy', folder])
    rmSync(folder, { recursive: true })
  })
  return { folder, disk: device.slice('/dev/'.length) }
}
