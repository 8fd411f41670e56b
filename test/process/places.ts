// Programs in sessions of their own, and the places of these among others.
import { existsSync, readFileSync } from 'node:fs'
import test, { type ExecutionContext } from 'ava'
import { execa } from 'execa'
import { childrenOf, openPty, PROGRAM, shellWords, type Pty } from '../helpers/pty.ts'
import { sleepMs } from '../helpers/workload.ts'
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

export const sessionTest = (
  title: string,
  script: string,
  places: readonly string[],
  env?: Record<string, string>,
): void =>
  test.serial(title, async (t) => {
    if (!existsSync(AUTOGROUP)) return skip(t, 'this kernel does not share CPUs by session')
    if (process.getuid!() !== 0) return skip(t, 'only root may put a session first')
    t.deepEqual(await placesOf(script, env), places)
  })

export const SHOWN = `cat ${AUTOGROUP}`

/** Until it is there; a program takes a moment to begin. */
const FIRST = `for i in 1 2 3 4 5 6 7 8 9; do ${SHOWN} | grep -e -20 && break; sleep 0.1; done`

const RUN = { 'by node': '"$0" "$1"', 'as a command': '"$1"' } as const
type How = keyof typeof RUN

export const testStart = (how: How): void =>
  sessionTest(
    `${how}: first at the start, and as before two seconds later`,
    `${RUN[how]} --json 1 8 >/dev/null & ${FIRST}; sleep 4; ${SHOWN}; kill $!`,
    ['-20', '0'],
  )

export const testEndsAtOnce = (how: How): void =>
  sessionTest(`${how}: as before where it ends at once`, `${RUN[how]} --help >/dev/null; ${SHOWN}`, ['0'])

export const testRightsGone = (how: How): void =>
  sessionTest(
    `${how}: as before where its rights are gone by then`,
    `${RUN[how]} --json 1 1 >/dev/null; ${SHOWN}`,
    ['0'],
    { SUDO_UID: '65534', SUDO_GID: '65534', SUDO_USER: 'nobody' },
  )

export const testGivenPlace = (how: How): void =>
  sessionTest(
    `${how}: one that somebody has given another place stays there`,
    `echo 5 >${AUTOGROUP}; ${RUN[how]} --json 1 2 >/dev/null & sleep 0.4; ${SHOWN}; wait; ${SHOWN}`,
    ['5', '5'],
  )

/** A shell that runs it and says `back` afterwards, as users have one. */
export const screenTest = (
  title: string,
  before: string,
  check: (t: ExecutionContext, pty: Pty) => Promise<void>,
): void =>
  test.serial(title, async (t) => {
    if (!existsSync(AUTOGROUP)) return skip(t, 'this kernel does not share CPUs by session')
    if (process.getuid!() !== 0) return skip(t, 'only root may put a session first')
    const pty = openPty(`${before} ${shellWords([process.execPath, PROGRAM])}; echo back; cat ${AUTOGROUP}; sleep 2`)
    try {
      await pty.until((text) => /self/.test(text))
      await check(t, pty)
    } finally {
      pty.child.kill('SIGKILL')
    }
  })

export const niceOf = (pid: number): string => readFileSync(`/proc/${pid}/autogroup`, 'utf8').trim().split(' ').at(-1)!

export const becomes = async (t: ExecutionContext, pid: number, nice: string): Promise<void> => {
  const end = performance.now() + 5000
  while (niceOf(pid) !== nice && performance.now() < end) await sleepMs(50)
  t.is(niceOf(pid), nice)
}

/** Longer than the start. */
export const LATER_MS = 3000

export const programIn = (pty: Pty): number =>
  childrenOf(pty.pid()).find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'probetop')!
