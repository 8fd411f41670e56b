// The first file system of the emulated machine: node, libbpf, koffi and the libraries they need, what was built, and
// the programs in guest/. Nothing else: no shell.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { execa } from 'execa'
import { libbpfVersion } from '../../src/engine/native/libbpf.ts'
import { findProgram } from '../../src/engine/proc/find-program.ts'
import { BUILD, ROOT } from '../../src/paths.ts'
import { loopsPath } from '../helpers/workload.ts'
import { writeArchive } from './cpio.ts'
import type { Entry } from './cpio.ts'
import { COMPLETION_NS } from './guest/disk.ts'
import { DISK_MODULES } from './kernels.ts'
import type { Kernel } from './kernels.ts'

const GUEST = join(import.meta.dirname, 'guest')

export const writeImage = async (archive: string, kernel: Kernel): Promise<void> => {
  const koffi = koffiFiles()
  const built = filesIn('.build', /^((engine|namer)(-\w+)?\.(js|cjs)|probes\/x64\/.*)$/)
  const programs: Entry[] = [
    { path: '/bin/node', from: process.execPath, is: 'program' },
    { path: '/init', from: await compiled('init', `-DCOMPLETION_NS="${COMPLETION_NS}"`), is: 'program' },
    { path: '/bin/work', from: await compiled('work'), is: 'program' },
    { path: '/bin/loops', from: loopsPath(), is: 'program' },
    { path: '/usr/bin/setpriv', from: findProgram('setpriv')!, is: 'program' }, // the engine's helpers are started by it
  ]
  const libbpf: Entry = { path: join(dirname(libbpfPath()), 'libbpf.so.1'), from: libbpfPath() }
  writeArchive(archive, [
    ...programs,
    libbpf,
    ...(await librariesOf([...programs, libbpf, ...koffi.filter(({ path }) => path.endsWith('.node'))])),
    ...koffi,
    ...built,
    ...filesIn('.', /^package\.json$/),
    { path: '/probetop/main.js', from: await bundled() },
    ...DISK_MODULES.map((name) => ({ path: `/modules/${name}.ko`, from: join(kernel.modules, `${name}.ko`) })).filter(
      ({ from }) => existsSync(from),
    ),
  ])
}

export const koffiFiles = (): Entry[] => [
  ...filesIn('node_modules/koffi', /\.(c?js|json)$/),
  ...filesIn('node_modules/@koromix/koffi-linux-x64', /^(index\.js|package\.json|linux_x64\/.*)$/),
]

/** The project's files below a folder whose path in it matches. */
const filesIn = (folder: string, wanted: RegExp): Entry[] =>
  readdirSync(join(ROOT, folder), { recursive: folder !== '.', withFileTypes: true, encoding: 'utf8' }).flatMap(
    (found) => {
      const from = join(found.parentPath, found.name)
      const within = from.slice(join(ROOT, folder).length).replace(/^\//, '')
      return found.isFile() && wanted.test(within) ? [{ path: join('/probetop', folder, within), from }] : []
    },
  )

/** Where the libbpf lies that this process loads. */
const libbpfPath = (): string => {
  libbpfVersion()
  return /\/\S*\/libbpf\.so\S*/.exec(readFileSync('/proc/self/maps', 'utf8'))![0]
}

/** All shared libraries, at the places where the loader looks for them. */
export const librariesOf = async (programs: readonly Entry[]): Promise<Entry[]> => {
  const { stdout } = await execa(
    'ldd',
    programs.map(({ from }) => from as string),
  )
  const paths = new Set(stdout.match(/\/\S+(?= \(0x)/g))
  return [...paths].map((path) => ({ path, from: path, is: 'program' }))
}

const compiled = async (name: string, ...defines: string[]): Promise<string> => {
  const binary = join(BUILD, 'test', name)
  mkdirSync(dirname(binary), { recursive: true })
  await execa('clang', ['-O2', '-Wall', ...defines, '-o', binary, join(GUEST, `${name}.c`)])
  return binary
}

const bundled = async (): Promise<Buffer> => {
  const { outputFiles } = await build({
    entryPoints: [join(GUEST, 'main.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['koffi'],
    logLevel: 'silent',
  })
  return Buffer.from(outputFiles[0]!.contents)
}
