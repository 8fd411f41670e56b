// How a bundle is run: as a script, for which V8 takes a code cache. Written into the programs that start one, too
// (bundles.mjs), so it needs nothing but node.
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { Script } from 'node:vm'

/** Undefined, or made by another node or with other flags: it is compiled as ever.
 * @param {string} path @param {string} source @param {Buffer} [cachedData] */
export const compiled = (path, source, cachedData) =>
  new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: path,
    ...(cachedData && { cachedData }),
  })

/** @param {string} path @param {Script} script */
export const runIn = (path, script) => {
  const module = { exports: {} }
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path))
}
