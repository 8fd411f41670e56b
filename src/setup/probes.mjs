// Compiles the kernel programs with clang, for both architectures each time: the target is BPF, so any machine
// compiles for any other, and one package serves both.
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BUILD, ROOT } from './places.mjs'
import { run } from './run.mjs'

/** Node's names for the architectures and what libbpf's headers call them. */
const ARCHITECTURES = { x64: 'x86', arm64: 'arm64' }
const SUFFIX = '.bpf.c'
/** A compiler that crashes prints pages. */
const TROUBLE_LINES = 12

/** @typedef {{ source: string, object: string, define: string }} Job  source relative to the project, object to the build */

/** Every object that belongs into the build. @returns {Job[]} */
export const probeJobs = () =>
  readdirSync(join(ROOT, 'probes'))
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
    .flatMap((name) =>
      Object.entries(ARCHITECTURES).map(([architecture, macro]) => ({
        source: `probes/${name}`,
        object: `probes/${architecture}/${name.slice(0, -2)}.o`,
        define: `-D__TARGET_ARCH_${macro}`,
      })),
    )

/** What clang said when it failed, undefined when the object is made.
 * @param {Job} job @param {string} [into] */
export const compileProbe = async ({ source, object, define }, into = BUILD) => {
  const target = join(into, object)
  const temporary = `${target}.${process.pid}.tmp`
  mkdirSync(join(target, '..'), { recursive: true })
  const { code, output } = await run(
    'clang',
    [
      '-O2',
      '-g',
      '-Wall',
      '-target',
      'bpf',
      '-mcpu=v3',
      define,
      '-Iprobes/lib',
      // keeps the place of this checkout out of the debug information
      '-fdebug-compilation-dir',
      '.',
      '-c',
      source,
      '-o',
      temporary,
    ],
    { cwd: ROOT },
  )
  if (code === 0) return void renameSync(temporary, target)
  rmSync(temporary, { force: true })
  return `clang could not compile ${source}:\n${output.split('\n').slice(0, TROUBLE_LINES).join('\n')}`
}

/** Takes objects out whose source is gone.
 * @param {readonly Job[]} jobs */
export const removeStrays = (jobs) => {
  const wanted = new Set(jobs.map(({ object }) => object))
  for (const architecture of Object.keys(ARCHITECTURES)) {
    for (const name of list(join(BUILD, 'probes', architecture))) {
      const object = `probes/${architecture}/${name}`
      if (name.endsWith('.bpf.o') && !wanted.has(object)) rmSync(join(BUILD, object))
    }
  }
}

/** @param {string} folder */
const list = (folder) => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
