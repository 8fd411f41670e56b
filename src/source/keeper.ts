// How the engine is started: through shells that keep their rights, so that a screen that has dropped its own can have
// a killed engine back, and so that an engine that no longer reacts ends all the same. The keeper stands in front of
// the engine: it alone reads our input and passes it on, so the end of the input reaches it whatever the engine does.
// The engine then has a moment to end by itself and is killed with all of its session. The runner starts the engine
// when told and says how it ended. If keeper or runner are killed, the kernel kills what hangs on them.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BUILD, ROOT } from '../paths.ts'
import { ENGINE_FLAGS } from './v8-flags.ts'

/**
 * A session has a share of the CPU of its own (autogroup), in which a priority means nothing to other sessions: so the
 * session itself goes first, the engine's to answer on a busy machine, the keeper's so that an engine in a loop does not
 * keep it from ending it. A session of others (the terminal's, with sudo) stays as it is.
 */
const SESSION_FIRST = `read -r _ _ _ _ _ session _ </proc/self/stat
[ "$session" = "$$" ] && { echo -20 >/proc/self/autogroup; } 2>/dev/null`

/** Else glibc would keep megabytes that are free again: each thread's in a heap of its own, and large ones as well. While objects
 * are loaded the second is otherwise (native/trim.ts). */
const MEMORY = 'export MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=65536'

/**
 * Before the screen, the kernel is to kill the engine when memory runs out: that can come back. The line begins anew, as a
 * killed engine may leave half of one.
 */
const RUNNER = `hangs=$1
shift
${SESSION_FIRST}
${MEMORY}
while IFS= read -r line; do
  [ "$line" = start ] || continue
  ( { echo 500 >/proc/self/oom_score_adj; } 2>/dev/null; exec $hangs "$@" )
  printf '\\n{"keeper":"ended","code":%d}\\n' "$?"
done`

/**
 * Constants: whatever varies is passed as arguments. Descriptor 5 is our input, 3 and 4 are the ends of a pipe of our
 * own, 6 says whether the runner is still the process that was started. The keeper never waits for the engine: the pipe
 * holds more than the screen sends unheard. A screen that was killed has left its session first (session.ts).
 */
const KEEPER = `${SESSION_FIRST}
place="/proc/$1/autogroup" runner=$2
shift 2
hangs='setpriv --pdeathsig KILL --'
$hangs true 2>/dev/null || hangs=
exec 5<&0
: | {
  exec 3>/proc/self/fd/0 4<&0 </dev/null
  $hangs setsid /bin/sh -c "$runner" probetop-runner "$hangs" "$@" <&4 3>&- 4<&- 5<&- &
  pid=$!
  exec 4<&- 6<"/proc/$pid/stat"
  while IFS= read -r line <&5; do printf '%s\\n' "$line" >&3; done
  exec 3>&-
  { read -r _ _ nice <"$place" && [ "$nice" = -20 ] && echo 0 >"$place"; } 2>/dev/null
  read -r there <&6 || exit 0
  sleep 1.8 &
  moment=$!
  while { kill -0 "$moment" && { kill -0 "-$pid" || kill -0 "$pid"; }; } 2>/dev/null; do sleep 0.1; done
  kill "$moment" 2>/dev/null
  kill -KILL "-$pid" "$pid" 2>/dev/null
}`

/** Told to the keeper; what follows in the same stream is the engine's. */
export const START = 'start\n'
/** Says nothing; a keeper that has lost its runner ends by it. */
export const ARE_YOU_THERE = '\n'

/** `session`: the first process of that of the screen, where it is to be put back. */
export const keeperCommand = (
  command: readonly string[],
  sudo?: string,
  session = '',
): [file: string, ...args: string[]] => {
  const keeper = ['/bin/sh', '-c', KEEPER, 'probetop-keeper', session, RUNNER, ...command] as [string, ...string[]]
  return sudo === undefined
    ? keeper
    : ([...ownGroup(), sudo, '-n', '--', ...goingFirst(), ...keeper] as [string, ...string[]])
}

/**
 * sudo must stay in our session, where it knows the password, but not in our process group: brought back to the
 * foreground with us (Ctrl-Z, fg) it reads the terminal and takes our keys. timeout(1) with no time limit puts what it
 * runs into a group of its own; where it is absent that remains.
 */
const ownGroup = (): string[] => withPath('timeout', '0')

/** With the rights that it gets; before node starts, as that takes long enough on a busy machine. */
const goingFirst = (): string[] => withPath('nice', '-n', '-20')

const withPath = (name: string, ...args: string[]): string[] => {
  const path = [`/usr/bin/${name}`, `/bin/${name}`].find(existsSync)
  return path === undefined ? [] : [path, ...args]
}

/** Exit code of the engine when the line is the keeper's; signals are 128+n, as in every shell. */
export const endedCode = (line: string): number | undefined => {
  const found = /^\{"keeper":"ended","code":(\d+)\}$/.exec(line)
  return found ? Number(found[1]) : undefined
}

/** Of the installed bundle; from the sources when we run from them. */
export const engineCommand = (here = import.meta.url): string[] =>
  here.endsWith('.ts')
    ? [process.execPath, '--import', import.meta.resolve('tsx'), join(ROOT, 'src', 'engine', 'main.ts')]
    : [process.execPath, ...ENGINE_FLAGS, join(BUILD, 'engine.cjs')]
