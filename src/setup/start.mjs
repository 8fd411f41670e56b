// `npm start`: makes ready what is missing and runs probetop, in this same process. When nothing has changed since
// the last time, all this file does is to look at file times (a few ms) and to import the built program.
import { pathToFileURL } from 'node:url'
import { withoutNpm } from './packages.mjs'
import { PROGRAM } from './places.mjs'
import { isCurrent } from './stamp.mjs'

const args = process.argv.slice(2)
process.env['PATH'] = withoutNpm(process.env['PATH'] ?? '')
if (args.includes('--yes') || !isCurrent()) {
  const { makeReady, orExit, splitArguments } = await import('./ready.mjs')
  const { yes, rest } = splitArguments(args)
  args.splice(0, args.length, ...rest)
  await orExit(async () => void (await makeReady({ tests: false, yes })))
}
if (!process.exitCode) {
  process.argv.splice(1, process.argv.length, PROGRAM, ...args)
  await import(pathToFileURL(PROGRAM).href)
}
