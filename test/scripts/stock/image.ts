// The first file system of the machine in which scripts are tried: a suite's own programs, node with its libraries apart
// from them, and what runs there: the command of this folder, in one file.
import { readdirSync, readlinkSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { build } from 'esbuild'
import { PROBES, ROOT } from '../../../src/paths.ts'
import { writeArchive, type Entry } from '../../kernels/cpio.ts'
import { koffiFiles, librariesOf } from '../../kernels/image.ts'
import { MODULES, type Kernel } from '../../kernels/kernels.ts'

const HERE = '/probetop'
const LIBRARIES = `${HERE}/lib`
const HERE_SCRIPTS = dirname(import.meta.dirname)

export const writeScriptsImage = async (archive: string, kernel: Kernel, root: string): Promise<void> => {
  const koffi = koffiFiles()
  const { libraries, loader } = await librariesApart(koffi)
  const node = `#!/bin/sh\nexec ${loader} --library-path ${LIBRARIES} ${HERE}/node "$@"\n`
  writeArchive(archive, [
    ...treeOf(root),
    ...libraries,
    ...koffi,
    { path: `${HERE}/node`, from: process.execPath, is: 'program' },
    { path: '/usr/bin/node', from: Buffer.from(node), is: 'program' },
    { path: '/init', from: join(import.meta.dirname, 'init.sh'), is: 'program' },
    { path: '/etc/hosts', from: Buffer.from('127.0.0.1 localhost\n') },
    { path: '/etc/passwd', from: Buffer.from('root:x:0:0:root:/:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n') },
    { path: '/etc/nsswitch.conf', from: Buffer.from('passwd: files\nhosts: files\n') },
    { path: `${HERE}/package.json`, from: join(ROOT, 'package.json') },
    { path: `${HERE}/main.js`, from: await bundled() },
    ...['work.sh', 'stock/work.sh'].map((name) => ({
      path: `${HERE}/test/scripts/${name}`,
      from: join(HERE_SCRIPTS, name),
    })),
    ...readdirSync(PROBES)
      .filter((name) => name.endsWith('.bt'))
      .map((name) => ({ path: `${HERE}/probes/${name}`, from: join(PROBES, name) })),
    ...MODULES.flatMap((name) => modulesNamed(kernel, name)),
  ])
}

const modulesNamed = ({ modules }: Kernel, name: string): Entry[] => {
  const from = join(modules, `${name}.ko`)
  return statSync(from, { throwIfNoEntry: false }) ? [{ path: `/modules/${name}.ko`, from }] : []
}

/** All of a folder, links as they are. */
const treeOf = (root: string): Entry[] =>
  readdirSync(root, { recursive: true, withFileTypes: true, encoding: 'utf8' }).flatMap((found): Entry[] => {
    const from = join(found.parentPath, found.name)
    const path = from.slice(root.length)
    if (found.isSymbolicLink()) return [{ path, from: readlinkSync(from), is: 'link' }]
    if (!found.isFile()) return []
    return [{ path, from, ...((statSync(from).mode & 0o111) > 0 ? { is: 'program' as const } : {}) }]
  })

/** Those of node and what it loads, where no other program looks. */
const librariesApart = async (koffi: readonly Entry[]): Promise<{ libraries: Entry[]; loader: string }> => {
  const node: Entry = { path: '', from: process.execPath }
  const all = await librariesOf([node, ...koffi.filter(({ path }) => path.endsWith('.node'))])
  const libraries = all.map((entry) => ({ ...entry, path: join(LIBRARIES, basename(entry.path)) }))
  return { libraries, loader: libraries.find(({ path }) => basename(path).startsWith('ld-'))!.path }
}

const bundled = async (): Promise<Buffer> => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'guest.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    external: ['koffi'],
    logLevel: 'silent',
  })
  return Buffer.from(outputFiles[0]!.contents)
}
