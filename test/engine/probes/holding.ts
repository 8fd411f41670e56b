// Programs that wait in one way each, for a holder that they name themselves.
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ExecutionContext } from 'ava'
import { ROOT } from '../../../src/paths.ts'
import { start } from '../../../src/engine/probes/waits/probe.ts'
import type { Target } from '../../../src/stream/target.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { compiled, sleepMs } from '../../helpers/workload.ts'

export interface Pair {
  waiter: number
  /** 0: nobody is known to hold it. */
  holder: number
}

const FIXTURES = 'test/engine/probes/fixtures'

/** Runs it until the test ends; gives who waits for whom. */
export const holds = (t: Lasting, ...words: string[]): Promise<Pair[]> => held(t, compiled('holds', FIXTURES), words)

/** The same with another C library. */
const muslPath = (t: Lasting): string => {
  const path = join(temporaryFolder(t), 'holds')
  execFileSync('musl-gcc', ['-O2', '-o', path, join(ROOT, FIXTURES, 'holds.c')], { stdio: 'ignore' })
  return path
}

export const holdsOfMusl = (t: Lasting, ...words: string[]): Promise<Pair[]> => held(t, muslPath(t), words)

const held = async (t: Lasting, path: string, words: readonly string[]): Promise<Pair[]> => {
  const child = spawn(path, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const pairs: Pair[] = []
  for await (const line of createInterface(child.stdout)) {
    if (line === 'ready') return pairs
    const [waiter, holder] = line.split(' ').map(Number) as [number, number]
    pairs.push({ waiter, holder })
  }
  throw new Error(`holds ${words.join(' ')} ended`)
}

const READINGS = 100
const LONGEST_MS = 25_000

export interface Way {
  way: string
  what: RegExp
  sure?: string
  musl?: true
  /** The C library does not keep who has it. */
  isUnowned?: true
  words?: (folder: string) => string[]
}

/** Where what was begun is ended: a test, or whoever stands for one. */
export type Lasting = Pick<ExecutionContext, 'teardown'>

export interface Sampled {
  /** How many readings were made. */
  made: number
  /** What was said in those that were wrong. */
  wrong: unknown[]
}

/** What has to be said of a thread in each of a hundred readings. */
interface Meant {
  tid: number
  what: RegExp
  sure: string
  /** 0: nobody is known to hold it. */
  holder: number
}

export const sampledWay = async (
  t: Lasting,
  { way, what, sure = 'certain', words, musl, isUnowned }: Way,
): Promise<Sampled> => {
  const said = [way, ...(words?.(temporaryFolder(t)) ?? [])]
  const pairs = await (musl ? holdsOfMusl : holds)(t, ...said)
  if (pairs.length !== 1) throw new Error(`${pairs.length} wait`)
  const [{ waiter, holder }] = pairs as [Pair]
  const meant = { tid: waiter, what, sure, holder: isUnowned ? 0 : holder }
  return sampledRows(t, { is: 'comm', comm: 'holds' }, meant)
}

export const sampledRows = async (
  t: Lasting,
  target: Target,
  { tid: waiter, what, sure, holder }: Meant,
): Promise<Sampled> => {
  const probe = startHere(t, start, 'waits')
  probe.command!({ cmd: 'target', target })
  const rowOf = (): ReturnType<typeof rowsOf>[number] | undefined =>
    rowsOf(probe.read(), 'chains').find(({ tid }) => tid === waiter)
  // it may not have come to wait yet; other ends are not looked for too often, and functions named later, which takes
  // longer on a busy machine
  for (const end = Date.now() + 20_000; Date.now() < end && !what.test(String(rowOf()?.chain));) await sleepMs(200)
  // in words at most: no number
  const named = holder === 0 ? /^\D*$/ : new RegExp(`(^| )${holder}( |$)`)
  const wrong: unknown[] = []
  let made = 0
  for (const end = Date.now() + LONGEST_MS; made < READINGS && Date.now() < end; made++) {
    await sleepMs(20)
    const row = rowOf()
    const isRight =
      row && what.test(String(row.chain)) && row.sure === sure && named.test(String(row.holder)) && row.closed === 0
    if (!isRight) wrong.push(row ?? 'not among those that wait')
  }
  return { made, wrong }
}

export const compilerOf = ({ musl }: Way): string => (musl ? 'musl-gcc' : 'clang')
