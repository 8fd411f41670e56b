// Runs a bundle for a moment, and keeps what V8 compiled meanwhile (its code cache) for those that start later, which
// spares a third of the screen's start. A process of its own, with the flags of those: `node [FLAG...] warm.mjs BUNDLE CACHE
// MS [ARGUMENT...]`. With 0 ms nothing runs, and only what every start goes through is kept.
import { readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { compiled, runIn } from './start-bundle.cjs'
import { writeWhole } from './stamp.mjs'

const [bundle = '', cache = '', ms = '0', ...args] = process.argv.slice(2)

/** A terminal that swallows everything and says nothing.
 * @param {'stdin' | 'stdout' | 'stderr'} name @param {object} parts */
const beTerminal = (name, parts) => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stream, ...parts })
  stream.resume()
  Object.defineProperty(process, name, { value: stream })
}

const script = compiled(bundle, readFileSync(bundle, 'latin1'))
const keep = () => {
  writeWhole(cache, script.createCachedData())
  process.exit(0)
}
if (Number(ms) === 0) keep()
beTerminal('stdin', { fd: 0 })
beTerminal('stdout', { fd: 1, columns: 120, rows: 36, getColorDepth: () => 24, hasColors: () => true })
beTerminal('stderr', { fd: 2 })
process.argv = [process.execPath, bundle, ...args]
setTimeout(keep, Number(ms))
runIn(bundle, script)
