// Programs whose threads wait within the kernel, and the share of their waits that is told right.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ExecutionContext } from 'ava'
import { start } from '../../../src/engine/probes/waits/probe.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { sleepMs } from '../../helpers/workload.ts'

const SAMPLES = 100
/** On a busy machine there may be fewer in the time. */
const LEAST = 20
const LONGEST_MS = 30_000
const RIGHT = 0.99

export type Row = Record<string, unknown>

/** Runs it until the test ends; it has said its threads, then `ready`. */
export const blocked = async (t: ExecutionContext, command: readonly string[]) => {
  const [program, ...words] = command
  const child = spawn(program!, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(async () => {
    if (child.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'close')
  })
  let said = ''
  child.stdout.on('data', (piece) => (said += piece))
  while (!said.includes('ready')) await sleepMs(20)
  return { pid: child.pid!, tids: said.split('\n', 1)[0]!.split(' ').map(Number) }
}

/** Of the waits that `isMeant` the share that `isRight`. */
export const holdsFor = async (
  t: ExecutionContext,
  pid: number,
  isMeant: (row: Row) => boolean,
  isRight: (row: Row) => boolean,
): Promise<void> => {
  const probe = startHere(t, start, 'waits')
  probe.command!({ cmd: 'target', target: { is: 'process', pid } })
  await sleepMs(1000) // names of the kernel's functions are read beside
  probe.read()
  await sleepMs(1000)
  const wrong: Row[] = []
  let samples = 0
  for (const end = Date.now() + LONGEST_MS; samples < SAMPLES && Date.now() < end;) {
    await sleepMs(20)
    for (const row of rowsOf(probe.read(), 'chains').filter(isMeant)) {
      samples++
      if (!isRight(row)) wrong.push(row)
    }
  }
  t.true(samples >= LEAST, `${samples} samples`)
  t.true(wrong.length <= (1 - RIGHT) * samples, `${wrong.length} of ${samples}: ${JSON.stringify(wrong.slice(0, 3))}`)
}
