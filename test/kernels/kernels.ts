// Debian's stock kernels: fetched with apt from the mirror that this machine uses, through a configuration of our own
// (nothing of the system's is changed, no rights are needed), and kept in the user's cache.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { execa } from 'execa'

export const SUITES = ['bookworm', 'trixie'] as const
export type Suite = (typeof SUITES)[number]

export interface Kernel {
  suite: Suite
  /** As uname -r says it. */
  release: string
  vmlinuz: string
  /** Folder with the modules that the guest inserts. */
  modules: string
}

/** The smaller of the stock kernels: the same source and hooks, fewer drivers. */
const PACKAGE = 'linux-image-cloud-amd64'
export const MODULES = ['configfs', 'null_blk']
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'probetop', 'kernels')

/** The kernel that was fetched before. */
export const cachedKernel = (suite: Suite): Kernel | undefined => {
  const folder = join(CACHE, suite)
  if (!existsSync(join(folder, 'release'))) return undefined
  return {
    suite,
    release: readFileSync(join(folder, 'release'), 'utf8'),
    vmlinuz: join(folder, 'vmlinuz'),
    modules: folder,
  }
}

/** The suite's newest one. Throws Error with the reason where it cannot be had; what was fetched before stays then. */
export const fetchKernel = async (suite: Suite): Promise<Kernel> => {
  const folder = join(CACHE, `${suite}.new`)
  const apt = join(folder, 'apt')
  rmSync(folder, { recursive: true, force: true })
  for (const name of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(apt, name), { recursive: true })
  writeFileSync(join(apt, 'sources.list'), await sourceLine(suite))
  const options = Object.entries({
    'Dir::Etc::SourceList': join(apt, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State::Lists': join(apt, 'lists'),
    'Dir::Cache': join(apt, 'cache'),
    'APT::Sandbox::User': '',
    'Acquire::Languages': 'none',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  const run = async (command: string, ...words: string[]): Promise<string> => {
    const { failed, stdout, stderr } = await execa(command, [...options, ...words], { cwd: apt, reject: false })
    if (failed) throw new Error(`${command}: ${/^E: .*/m.exec(stderr)?.[0] ?? stderr}`)
    return stdout
  }

  await run('apt-get', '--error-on=any', 'update')
  const image = /Depends: (linux-image-\S+)/.exec(await run('apt-cache', 'depends', PACKAGE))?.[1]
  if (!image) throw new Error(`${suite} has no ${PACKAGE}`)
  await run('apt-get', 'download', image)
  await unpack(
    join(
      apt,
      readdirSync(apt).find((name) => name.endsWith('.deb'))!,
    ),
    folder,
  )
  rmSync(apt, { recursive: true })
  writeFileSync(join(folder, 'release'), image.slice('linux-image-'.length))
  rmSync(join(CACHE, suite), { recursive: true, force: true })
  renameSync(folder, join(CACHE, suite))
  return cachedKernel(suite)!
}

/** A line of sources.list for the suite, at the mirror that this machine has for Debian. */
const sourceLine = async (suite: Suite): Promise<string> => {
  const { stdout } = await execa('apt-get', [
    'indextargets',
    '--format',
    '$(ORIGIN) $(LABEL) $(COMPONENT) $(REPO_URI)',
    'Created-By: Packages',
  ])
  const mirror = /^Debian Debian main (\S+)$/m.exec(stdout)?.[1]
  if (!mirror) throw new Error('apt has no Debian mirror configured, or knows its packages not yet (apt-get update)')
  return `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} ${suite} main\n`
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
