// How a bundle is run: as a script, for which V8 takes a code cache. Written into the programs that start one, too
// (bundles.mjs), so it needs nothing but node; and not the loader of ES modules, which takes 6 ms to start.
const { createRequire } = require('node:module')
const { dirname } = require('node:path')
const { Script } = require('node:vm')

/** Undefined, or made by another node or with other flags: it is compiled as ever.
 * @param {string} path @param {string} source @param {Buffer} [cachedData] */
const compiled = (path, source, cachedData) =>
  new Script(source, { filename: path, ...(cachedData && { cachedData }) })

/** @param {string} path @param {Script} script */
const runIn = (path, script) => {
  const module = { exports: {} }
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path))
}

module.exports = { compiled, runIn }
