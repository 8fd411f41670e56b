// What runs beside a stock kernel: bpftrace and bcc's tools of the same Debian suite, and the programs of the work that
// they are to see, unpacked into the user's cache.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { aptOf, CACHE } from '../../kernels/apt.ts'
import type { Suite } from '../../kernels/kernels.ts'

const PACKAGES = [
  ...['bpftrace', 'libbpf-tools', 'bash', 'coreutils', 'findutils', 'grep', 'sed', 'util-linux', 'mount', 'kmod'],
  ...['e2fsprogs', 'xfsprogs', 'mdadm', 'iproute2', 'perl-base', 'python3', 'openssl', 'libc-bin', 'procps'],
  // what bpftrace 0.17 includes
  'libc6-dev',
]
/** Large, and used by none of them. */
const PRUNED = [
  ...['doc', 'man', 'info', 'locale', 'i18n', 'zoneinfo', 'perl', 'bash-completion'].map((name) => `usr/share/${name}`),
  ...['usr/lib/udev', 'lib/udev', 'usr/lib/systemd', 'lib/systemd', 'usr/lib/x86_64-linux-gnu/systemd'],
  ...[
    'usr/lib/x86_64-linux-gnu/gconv',
    'usr/lib/x86_64-linux-gnu/perl',
    'usr/lib/hwdb',
    'usr/lib/gcc',
    'usr/lib/gcc-cross',
  ],
]
const MERGED = ['bin', 'sbin', 'lib', 'lib64']
const list = PACKAGES.join(' ')

/** Its folder, fetched where it is not there yet. Throws Error with the reason where it cannot be had. */
export const userlandOf = async (suite: Suite, say: (text: string) => void): Promise<string> => {
  const folder = join(CACHE, 'userlands', suite)
  if (existsSync(join(folder, 'packages')) && readFileSync(join(folder, 'packages'), 'utf8') === list)
    return join(folder, 'root')
  say(`${suite}: fetching its bpftrace and tools ...`)
  const made = `${folder}.new`
  rmSync(made, { recursive: true, force: true })
  const root = join(made, 'root')
  mkdirSync(root, { recursive: true })
  const apt = await aptOf(suite, join(made, 'apt'))
  await apt.run('apt-get', '--yes', '--download-only', 'install', ...PACKAGES)
  const archives = join(apt.folder, 'cache', 'archives')
  for (const name of readdirSync(archives).filter((found) => found.endsWith('.deb')))
    await execa('dpkg-deb', ['--extract', join(archives, name), root])
  rmSync(apt.folder, { recursive: true })
  for (const path of PRUNED) rmSync(join(root, path), { recursive: true, force: true })
  // what packages' own scripts would have made
  for (const name of MERGED) if (!isThere(join(root, name))) symlinkSync(`usr/${name}`, join(root, name))
  if (!isThere(join(root, 'bin', 'sh'))) symlinkSync('bash', join(root, 'bin', 'sh'))
  writeFileSync(join(made, 'packages'), list)
  rmSync(folder, { recursive: true, force: true })
  renameSync(made, folder)
  return join(folder, 'root')
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined
