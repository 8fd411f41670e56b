// The place of the session among others: first while probetop starts, and as long as its screen is there and nobody else;
// as before soon after, however that ends.
import { sleepMs } from '../helpers/workload.ts'
import { sessionTest, testEndsAtOnce, testStart, SHOWN, screenTest, becomes, LATER_MS, programIn } from './places.ts'

testStart('by node')

testEndsAtOnce('as a command')

sessionTest(
  'as a command: first before node begins, which is most of the start',
  `cd "$(mktemp -d)" && printf '#!/bin/sh\n${SHOWN}\n' >node && chmod +x node && PATH="$PWD:$PATH" "$1"; rm -r "$PWD"`,
  ['-20'],
)

screenTest('as before once it is killed', '', async (t, pty) => {
  await sleepMs(LATER_MS)
  process.kill(programIn(pty), 'SIGKILL')
  await becomes(t, pty.pid(), '0')
})
