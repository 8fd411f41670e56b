// Debian's stock kernels: fetched with apt and kept in the user's cache.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { execa } from 'execa'
import { aptOf, CACHE } from './apt.ts'

export const SUITES = ['bookworm', 'trixie'] as const
export type Suite = (typeof SUITES)[number]

export interface Kernel {
  suite: Suite
  /** As uname -r says it. */
  release: string
  vmlinuz: string
  /** Folder with the modules that are inserted. */
  modules: string
}

/** The smaller of the stock kernels: the same source and hooks, fewer drivers. */
const PACKAGE = 'linux-image-cloud-amd64'
/** In the order in which they need each other. */
export const DISK_MODULES = ['configfs', 'null_blk']
export const MODULES = [...DISK_MODULES, 'libcrc32c', 'xfs', 'md-mod', 'raid0']
const KERNELS = join(CACHE, 'kernels')
const list = MODULES.join(' ')

/** The kernel that was fetched before. */
export const cachedKernel = (suite: Suite): Kernel | undefined => {
  const folder = join(KERNELS, suite)
  const said = (name: string): string | undefined =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined
  const release = said('release')
  if (release === undefined || said('modules') !== list) return undefined
  return { suite, release, vmlinuz: join(folder, 'vmlinuz'), modules: folder }
}

/** The suite's newest one. Throws Error with the reason where it cannot be had; what was fetched before stays then. */
export const fetchKernel = async (suite: Suite): Promise<Kernel> => {
  const folder = join(KERNELS, `${suite}.new`)
  rmSync(folder, { recursive: true, force: true })
  const apt = await aptOf(suite, join(folder, 'apt'))
  const image = /Depends: (linux-image-\S+)/.exec(await apt.run('apt-cache', 'depends', PACKAGE))?.[1]
  if (!image) throw new Error(`${suite} has no ${PACKAGE}`)
  await apt.run('apt-get', 'download', image)
  await unpack(
    join(
      apt.folder,
      readdirSync(apt.folder).find((name) => name.endsWith('.deb'))!,
    ),
    folder,
  )
  rmSync(apt.folder, { recursive: true })
  writeFileSync(join(folder, 'release'), image.slice('linux-image-'.length))
  writeFileSync(join(folder, 'modules'), list)
  rmSync(join(KERNELS, suite), { recursive: true, force: true })
  renameSync(folder, join(KERNELS, suite))
  return cachedKernel(suite)!
}

/** Takes the kernel and the modules out of the package; uncompressed, side by side. */
const unpack = async (archive: string, folder: string): Promise<void> => {
  const all = join(dirname(archive), 'files')
  await execa('dpkg-deb', ['--extract', archive, all])
  for (const found of readdirSync(all, { recursive: true, encoding: 'utf8' })) {
    const name = basename(found)
    if (name.startsWith('vmlinuz-')) renameSync(join(all, found), join(folder, 'vmlinuz'))
    if (!MODULES.some((module) => name.startsWith(`${module}.ko`))) continue
    renameSync(join(all, found), join(folder, name))
    if (name.endsWith('.xz')) await execa('xz', ['-d', join(folder, name)])
  }
}
