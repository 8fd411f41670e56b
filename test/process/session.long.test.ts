// The place of the session among others, further: suspended, shared, and moved by somebody.
import { writeFileSync } from 'node:fs'
import { sleepMs } from '../helpers/workload.ts'
import {
  sessionTest,
  testEndsAtOnce,
  testGivenPlace,
  testRightsGone,
  testStart,
  SHOWN,
  screenTest,
  niceOf,
  becomes,
  LATER_MS,
  programIn,
} from './places.ts'

testStart('as a command')

testEndsAtOnce('by node')

for (const how of ['by node', 'as a command'] as const) {
  testRightsGone(how)
  testGivenPlace(how)
}

sessionTest('as a command: as before where there is no node', `PATH=/absent "$1" --help 2>/dev/null; ${SHOWN}`, ['0'])

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
