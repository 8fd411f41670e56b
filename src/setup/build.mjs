// Builds what is out of date: compares the content of the sources with what each product was last made from, as
// noted in .build/manifest.json. Run by itself (`node src/setup/build.mjs`, before packing) it builds all or fails.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildBundles } from './bundles.mjs'
import { BUILD, LOCK, MANIFEST, PROGRAM, ROOT } from './places.mjs'
import { compileProbe, probeJobs, removeStrays } from './probes.mjs'
import { say } from './say.mjs'
import { writeWhole } from './stamp.mjs'

/** @typedef {Record<string, string>} Manifest  product -> hash of what it was made from */

const BUNDLES = 'bundles'

/** Objects that are not there, or older than their sources. */
export const staleProbes = () => {
  const made = manifest()
  return probeJobs().filter((job) => !existsSync(join(BUILD, job.object)) || made[job.object] !== hashOfProbe(job))
}

/** Throws Error when the bundles cannot be built. */
export const updateBundles = async () => {
  const hash = `${hashOf([...filesIn('src'), 'package.json', LOCK.slice(ROOT.length + 1)])} node ${process.versions.node}`
  if (existsSync(PROGRAM) && manifest()[BUNDLES] === hash) return
  await buildBundles()
  // its process would stay beside the program, with more memory than that
  await (await import('esbuild')).stop()
  note({ [BUNDLES]: hash })
}

/** Returns what clang had to say about each object that it could not make. */
export const updateProbes = async () => {
  removeStrays(probeJobs())
  const stale = staleProbes()
  if (stale.length === 0) return []
  const results = await Promise.all(
    stale.map(async (job) => ({ job, hash: hashOfProbe(job), trouble: await compileProbe(job) })),
  )
  note(Object.fromEntries(results.filter(({ trouble }) => !trouble).map(({ job, hash }) => [job.object, hash])))
  return [...new Set(results.flatMap(({ trouble }) => trouble ?? []))]
}

/** @param {import('./probes.mjs').Job} job */
const hashOfProbe = (job) => {
  const headers = filesIn('probes').filter((path) => path.endsWith('.h'))
  return hashOf([job.source, ...headers, 'src/setup/probes.mjs'])
}

/** @param {string} folder @returns {string[]} */
const filesIn = (folder) =>
  readdirSync(join(ROOT, folder))
    .sort()
    .flatMap((name) => {
      const path = `${folder}/${name}`
      return statSync(join(ROOT, path)).isDirectory() ? filesIn(path) : [path]
    })

/** @param {readonly string[]} paths */
const hashOf = (paths) => {
  const hash = createHash('sha256')
  for (const path of paths.filter((each) => existsSync(join(ROOT, each)))) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update('\0')
  }
  return hash.digest('hex')
}

/** @returns {Manifest} */
const manifest = () => {
  try {
    return JSON.parse(readFileSync(MANIFEST, 'utf8'))
  } catch {
    return {}
  }
}

/** @param {Manifest} made */
const note = (made) => {
  const products = new Set([BUNDLES, ...probeJobs().map((job) => job.object)])
  const kept = Object.entries({ ...manifest(), ...made }).filter(([product]) => products.has(product))
  writeWhole(MANIFEST, `${JSON.stringify(Object.fromEntries(kept), null, 1)}\n`)
}

const main = async () => {
  try {
    await updateBundles()
    for (const trouble of await updateProbes()) fail(trouble)
  } catch (error) {
    fail(/** @type {Error} */ (error).message)
  }
}

/** @param {string} trouble */
const fail = (trouble) => {
  say(trouble)
  process.exitCode = 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
