// The place of the session among others: first while probetop starts, and as long as its screen is there and nobody else;
// as before soon after, however that ends.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
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

const sessionTest = (title: string, script: string, places: readonly string[], env?: Record<string, string>): void =>
  test.serial(title, async (t) => {
    if (!existsSync(AUTOGROUP)) return skip(t, 'this kernel does not share CPUs by session')
    if (process.getuid!() !== 0) return skip(t, 'only root may put a session first')
    t.deepEqual(await placesOf(script, env), places)
  })

const SHOWN = `cat ${AUTOGROUP}`
/** Until it is there; a program takes a moment to begin. */
const FIRST = `for i in 1 2 3 4 5 6 7 8 9; do ${SHOWN} | grep -e -20 && break; sleep 0.1; done`

for (const [how, run] of [
  ['by node', '"$0" "$1"'],
  ['as a command', '"$1"'],
]) {
  sessionTest(
    `${how}: first at the start, and as before two seconds later`,
    `${run} --json 1 8 >/dev/null & ${FIRST}; sleep 4; ${SHOWN}; kill $!`,
    ['-20', '0'],
  )
  sessionTest(`${how}: as before where it ends at once`, `${run} --help >/dev/null; ${SHOWN}`, ['0'])
  sessionTest(`${how}: as before where its rights are gone by then`, `${run} --json 1 1 >/dev/null; ${SHOWN}`, ['0'], {
    SUDO_UID: '65534',
    SUDO_GID: '65534',
    SUDO_USER: 'nobody',
  })
  sessionTest(
    `${how}: one that somebody has given another place stays there`,
    `echo 5 >${AUTOGROUP}; ${run} --json 1 2 >/dev/null & sleep 0.4; ${SHOWN}; wait; ${SHOWN}`,
    ['5', '5'],
  )
}
sessionTest('as a command: as before where there is no node', `PATH=/absent "$1" --help 2>/dev/null; ${SHOWN}`, ['0'])
sessionTest(
  'as a command: first before node begins, which is most of the start',
  `cd "$(mktemp -d)" && printf '#!/bin/sh\n${SHOWN}\n' >node && chmod +x node && PATH="$PWD:$PATH" "$1"; rm -r "$PWD"`,
  ['-20'],
)

/** A shell that runs it and says `back` afterwards, as users have one. */
const screenTest = (title: string, before: string, check: (t: ExecutionContext, pty: Pty) => Promise<void>): void =>
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

const niceOf = (pid: number): string => readFileSync(`/proc/${pid}/autogroup`, 'utf8').trim().split(' ').at(-1)!

const becomes = async (t: ExecutionContext, pid: number, nice: string): Promise<void> => {
  const end = performance.now() + 5000
  while (niceOf(pid) !== nice && performance.now() < end) await sleepMs(50)
  t.is(niceOf(pid), nice)
}

/** Longer than the start. */
const LATER_MS = 3000

screenTest('first as long as the screen is there', '', async (t, pty) => {
  await sleepMs(LATER_MS)
  t.is(niceOf(pty.pid()), '-20')
  pty.type('q')
  await pty.until((text) => /back\n.* nice 0/.test(text))
  t.pass()
})

screenTest('as before while it is suspended', '', async (t, pty) => {
  await sleepMs(LATER_MS)
  process.kill(programIn(pty), 'SIGTSTP')
  await becomes(t, pty.pid(), '0')
  process.kill(programIn(pty), 'SIGCONT')
  await becomes(t, pty.pid(), '-20')
  await sleepMs(LATER_MS)
  t.is(niceOf(pty.pid()), '-20')
})

screenTest('as before once it is killed', '', async (t, pty) => {
  await sleepMs(LATER_MS)
  process.kill(programIn(pty), 'SIGKILL')
  await becomes(t, pty.pid(), '0')
})

screenTest('others in the session do not go first with it', 'sleep 60 &', async (t, pty) => {
  await sleepMs(LATER_MS)
  t.is(niceOf(pty.pid()), '0')
})

screenTest('others in the session do not go first when it comes back from the shell', 'sleep 60 &', async (t, pty) => {
  await sleepMs(LATER_MS)
  process.kill(programIn(pty), 'SIGTSTP')
  await sleepMs(300)
  process.kill(programIn(pty), 'SIGCONT')
  for (const end = performance.now() + 1500; performance.now() < end; await sleepMs(20)) {
    if (niceOf(pty.pid()) !== '0') return t.fail(niceOf(pty.pid()))
  }
  t.pass()
})

screenTest('another place that somebody gives it meanwhile stays', '', async (t, pty) => {
  await sleepMs(LATER_MS)
  writeFileSync(`/proc/${pty.pid()}/autogroup`, '5')
  pty.type('q')
  await pty.until((text) => /back\n.* nice 5/.test(text))
  t.pass()
})

const programIn = (pty: Pty): number =>
  childrenOf(pty.pid()).find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'probetop')!
