// Programs of Java, Go and node that wait in one way each, and what is to be said of each.
import { execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from '../../../src/paths.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { sampledRows, type Lasting, type Sampled } from './holding.ts'
import { until } from '../../helpers/programs.ts'

const FIXTURES = join(ROOT, 'test/engine/probes/fixtures')

export interface RuntimeWay {
  runtime: 'java' | 'go' | 'node'
  way: string
  what: RegExp
  sure?: string
  /** Who has the other end is the test itself. */
  isOurs?: true
  /** By what the thread is known that waits. */
  thread?: (folder: string) => boolean
}

/** In x86-64 and arm64. */
const reads = (folder: string): boolean => /^(0|63) /.test(readFileSync(join(folder, 'syscall'), 'utf8'))
const named =
  (comm: string) =>
  (folder: string): boolean =>
    readFileSync(join(folder, 'comm'), 'utf8').trim() === comm

export const RUNTIME_WAYS: readonly RuntimeWay[] = [
  { runtime: 'java', way: 'monitor', what: /^Java monitor \(synchronized\), /, sure: 'likely' },
  { runtime: 'java', way: 'wait', what: /^notify\(\) of Java's Object\.wait\(\), /, sure: 'likely' },
  { runtime: 'java', way: 'park', what: /^unpark\(\) of Java's LockSupport\.park\(\), /, sure: 'likely' },
  { runtime: 'java', way: 'sleep', what: /^Thread\.sleep\(\) of Java, /, sure: 'likely' },
  { runtime: 'java', way: 'pipe', what: /^(pipe|unix socket) \d+ /, isOurs: true },
  { runtime: 'java', way: 'tcp', what: /^TCP \S+ other end java/ },
  { runtime: 'java', way: 'child', what: /^end of child \d+/, thread: named('process reaper') },
  { runtime: 'go', way: 'pipe', what: /^pipe \d+ / },
  { runtime: 'go', way: 'flock', what: /^flock on .*file held by ways-go/ },
  { runtime: 'go', way: 'child', what: /^end of child \d+/ },
  { runtime: 'go', way: 'sleep', what: /^a timer/ },
  { runtime: 'go', way: 'idle', what: /^a goroutine that can run, /, sure: 'likely' },
  { runtime: 'node', way: 'atomics', what: /^Atomics\.notify\(\) of JavaScript, /, sure: 'likely' },
  { runtime: 'node', way: 'pipe', what: /^(pipe|unix socket) \d+ /, isOurs: true },
  { runtime: 'node', way: 'pool', what: /^(pipe|unix socket) \d+ /, isOurs: true, thread: reads },
  { runtime: 'node', way: 'fifo', what: /^the other end of a FIFO to be opened, in openat?/, sure: 'likely' },
]

export const compilersOf = ({ runtime }: RuntimeWay): string[] => (runtime === 'java' ? ['java', 'javac'] : [runtime])

const PROGRAMS: Record<RuntimeWay['runtime'], (folder: string) => string[]> = {
  java(folder) {
    execFileSync('javac', ['-d', folder, join(FIXTURES, 'Ways.java')])
    return ['java', '-cp', folder, 'Ways']
  },
  go(folder) {
    const binary = join(folder, 'ways-go')
    const env = { ...process.env, GOCACHE: join(folder, 'cache'), GO111MODULE: 'off' }
    execFileSync('go', ['build', '-o', binary, join(FIXTURES, 'ways.go')], { env })
    return [binary]
  },
  node: () => [process.execPath, join(FIXTURES, 'ways.cjs')],
}

/** Runs the program until the test ends; a hundred readings of the thread that waits. */
export const sampledRuntime = async (t: Lasting, each: RuntimeWay): Promise<Sampled> => {
  const { runtime, way, what, sure = 'certain', isOurs } = each
  const folder = temporaryFolder(t)
  const file = join(folder, 'file')
  if (way === 'fifo') execFileSync('mkfifo', [file])
  const [command, ...words] = [...PROGRAMS[runtime](folder), way, file]
  const child = spawn(command!, words, { stdio: ['pipe', 'pipe', 'inherit'], cwd: folder })
  t.teardown(() => child.kill('SIGKILL'))
  const said: number[] = []
  for await (const line of createInterface(child.stdout)) {
    if (line === 'ready') break
    said.push(...line.split(' ').map(Number))
  }
  const pid = child.pid!
  // of Go its number is said, node's main thread has that of the process
  const isIt = each.thread ?? (runtime === 'java' ? named('waiter') : undefined)
  let tid = runtime === 'go' ? said[0]! : pid
  if (isIt) await until(() => (tid = threadOf(pid, isIt) ?? 0) > 0)
  const holder = isOurs ? process.pid : way === 'tcp' ? pid : (said.at(-1) ?? 0)
  // what it started ends as well
  if (runtime === 'java' && holder > 0 && holder !== pid && !isOurs) t.teardown(() => process.kill(holder, 'SIGKILL'))
  return sampledRows(t, { is: 'process', pid }, { tid, what, sure, holder })
}

const threadOf = (pid: number, isIt: (folder: string) => boolean): number | undefined => {
  const tasks = `/proc/${pid}/task`
  return readdirSync(tasks)
    .map(Number)
    .find((tid) => isIt(join(tasks, String(tid))))
}
