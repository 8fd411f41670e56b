// How the engine is started: through a small shell loop that keeps its rights. It starts the engine when told and
// says when the engine ended, so that a screen that has dropped its own rights can have a killed engine back.
// The end of its input ends it, and the engine with it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BUILD, ROOT } from '../paths.ts'

/** A constant: whatever varies is passed as arguments. The line begins anew, as a killed engine may leave half of one. */
const KEEPER = `while IFS= read -r line; do
  [ "$line" = start ] || continue
  "$@"
  code=$?
  [ "$code" -eq 0 ] && exit 0
  printf '\\n{"keeper":"ended","code":%d}\\n' "$code"
done`

/** Told to the keeper; what follows in the same stream is the engine's. */
export const START = 'start\n'

export const keeperCommand = (command: readonly string[], sudo?: string): [file: string, ...args: string[]] => {
  const keeper = ['/bin/sh', '-c', KEEPER, 'probetop-keeper', ...command] as [string, ...string[]]
  return sudo === undefined ? keeper : ([...ownGroup(), sudo, '-n', '--', ...keeper] as [string, ...string[]])
}

/**
 * sudo must stay in our session, where it knows the password, but not in our process group: brought back to the
 * foreground with us (Ctrl-Z, fg) it reads the terminal and takes our keys. timeout(1) with no time limit puts what it
 * runs into a group of its own; where it is absent that remains.
 */
const ownGroup = (): string[] => {
  const timeout = ['/usr/bin/timeout', '/bin/timeout'].find(existsSync)
  return timeout === undefined ? [] : [timeout, '0']
}

/** Exit code of the engine when the line is the keeper's; signals are 128+n, as in every shell. */
export const endedCode = (line: string): number | undefined => {
  const found = /^\{"keeper":"ended","code":(\d+)\}$/.exec(line)
  return found ? Number(found[1]) : undefined
}

/** For V8: what runs once a second should run for a while before it is optimised, as that takes more time than it saves
 * until then. Nine times V8's own budget. */
export const LATE_OPTIMIZATION = '--interrupt-budget=600000'

/** Of the installed bundle, with a small nursery as it makes little garbage; from the sources when we run from them. */
export const engineCommand = (): string[] =>
  import.meta.url.endsWith('.ts')
    ? [process.execPath, '--import', import.meta.resolve('tsx'), join(ROOT, 'src', 'engine', 'main.ts')]
    : [process.execPath, '--max-semi-space-size=1', LATE_OPTIMIZATION, join(BUILD, 'engine.js')]
