// The place of the session among others: first while probetop starts, and as before soon after, however that ends.
import { existsSync } from 'node:fs'
import test from 'ava'
import { execa } from 'execa'
import { PROGRAM } from '../helpers/pty.ts'
import { skip } from '../helpers/bpf.ts'

const AUTOGROUP = '/proc/self/autogroup'

/** What a session of its own says of its place while and after a program runs in it. */
const placesOf = async (script: string, env: Record<string, string> = {}): Promise<string[]> => {
  const { stdout } = await execa('setsid', ['-w', 'sh', '-c', script, process.execPath, PROGRAM], {
    env,
    timeout: 30_000,
    stdin: 'ignore',
  })
  return [...stdout.matchAll(/nice (-?\d+)/g)].map(([, nice]) => nice!)
}

const sessionTest = (title: string, script: string, places: readonly string[], env?: Record<string, string>): void =>
  test.serial(title, async (t) => {
    if (!existsSync(AUTOGROUP)) return skip(t, 'this kernel does not share CPUs by session')
    if (process.getuid!() !== 0) return skip(t, 'only root may put a session first')
    t.deepEqual(await placesOf(script, env), places)
  })

const SHOWN = `cat ${AUTOGROUP}`
/** Until it is there; a program takes a moment to begin. */
const FIRST = `for i in 1 2 3 4 5 6 7 8 9; do ${SHOWN} | grep -e -20 && break; sleep 0.1; done`

sessionTest(
  'first at the start, and as before two seconds later',
  `"$0" "$1" --json 1 8 >/dev/null & ${FIRST}; sleep 4; ${SHOWN}; kill $!`,
  ['-20', '0'],
)
sessionTest('as before where it ends at once', `"$0" "$1" --help >/dev/null; ${SHOWN}`, ['0'])
sessionTest('as before where its rights are gone by then', `"$0" "$1" --json 1 1 >/dev/null; ${SHOWN}`, ['0'], {
  SUDO_UID: '65534',
  SUDO_GID: '65534',
  SUDO_USER: 'nobody',
})
sessionTest(
  'one that somebody has given another place stays there',
  `echo 5 >${AUTOGROUP}; "$0" "$1" --json 1 2 >/dev/null & sleep 0.4; ${SHOWN}; wait; ${SHOWN}`,
  ['5', '5'],
)
