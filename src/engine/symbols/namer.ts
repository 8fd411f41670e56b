// One namer: a process that looks names up under the user whose processes they are of, with nothing of our rights. What
// it says is counted and checked; who watches it ends it.
import { spawn, type ChildProcess, type ChildProcessByStdio, type SpawnOptions } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { decodeAnswer, MOST_LINE_BYTES } from '../../namer/protocol.ts'
import type { Answer, Question } from '../../namer/protocol.ts'
import { BUILD, ROOT } from '../../paths.ts'
import { goNormally } from '../../source/priority.ts'
import { splitLines } from '../../stream/line-splitter.ts'
import { findProgram, FOLDERS } from '../proc/find-program.ts'
import { orElse } from '../../source/proc-stat.ts'
import { NAMER_FLAGS } from '../../source/v8-flags.ts'
import type { Owner } from './owner.ts'

export interface Namer {
  ask(question: Question): void
  memoryBytes(): number
  /** For how long others kept it from running, since it began. */
  waitedMs(): number
  /** Of answers since the last question. */
  saidBytes(): number
  /** At once, whatever it does. */
  kill(): void
}

export interface NamerEvents {
  onAnswer(answer: Answer): void
  /** It has ended; `code` is its exit code, or the signal's name. */
  onEnd(code: number | string): void
}

export type StartNamer = (owner: Owner, givenUp: readonly string[], events: NamerEvents) => Namer

/** Kept by all: read our own program where others may not, and what was mapped and deleted. Of other users: become them. */
const CAPABILITIES = ['+dac_read_search', '+cap_40']
const TO_BECOME_ANOTHER = ['+setuid', '+setgid']
const TO_SEE_ALL = ['+sys_ptrace']

/** Throws Error when setpriv(1) is not there. */
const namerCommand = ({ uid, gid, hidden }: Owner): [file: string, ...args: string[]] => {
  const setpriv = findProgram('setpriv', FOLDERS)
  if (setpriv === undefined) throw new Error('setpriv is not installed (util-linux)')
  const asRoot = uid === 0 || hidden
  const capabilities = ['-all', ...CAPABILITIES, ...(asRoot ? TO_SEE_ALL : TO_BECOME_ANOTHER)].join(',')
  const program = import.meta.url.endsWith('.ts')
    ? ['--import', import.meta.resolve('tsx'), join(ROOT, 'src', 'namer', 'main.ts')]
    : [join(BUILD, 'namer.cjs')]
  const user = hidden ? ['0', '0'] : [String(uid), String(gid)]
  return [
    setpriv,
    ...['--no-new-privs', '--clear-groups', '--inh-caps=-all', `--bounding-set=${capabilities}`, '--pdeathsig', 'KILL'],
    ...(asRoot && !hidden && gid !== 0 ? [`--regid=${gid}`] : []),
    ...['--', process.execPath, ...NAMER_FLAGS, ...program],
    ...[...user, String(process.pid), ...(hidden ? ['plain'] : [])],
  ]
}

/** Under the owner, with nothing of ours but what is given here. Throws Error when setpriv(1) is not there. */
export const spawnNamer = (
  owner: Owner,
  words: readonly string[],
  options: Pick<SpawnOptions, 'stdio'>,
): ChildProcess => {
  const [file, ...args] = namerCommand(owner)
  const child = spawn(file, [...args, ...words], {
    ...options,
    cwd: '/',
    detached: true,
    env: { PATH: FOLDERS.join(':'), LC_ALL: 'C' },
  })
  if (child.pid !== undefined) goNormally(child.pid)
  // it must not keep us from ending
  child.unref()
  return child
}

export const startNamer: StartNamer = (owner, givenUp, { onAnswer, onEnd }) => {
  const child = spawnNamer(owner, [], { stdio: ['pipe', 'pipe', 'ignore'] }) as ChildProcessByStdio<
    Writable,
    Readable,
    null
  >
  let saidBytes = 0
  let over = false
  const end = (code: number | string): void => {
    if (!over) onEnd(code)
    over = true
  }
  const lines = splitLines({
    maxBytes: MOST_LINE_BYTES,
    onLine(line) {
      const answer = over ? undefined : decodeAnswer(line)
      if (answer) onAnswer(answer)
    },
  })
  child.stdout.on('data', (chunk: Buffer) => {
    saidBytes += chunk.length
    if (!over) lines.push(chunk)
  })
  for (const stream of [child.stdin, child.stdout]) stream.on('error', () => {})
  child.on('error', (error) => end(error.message))
  child.on('exit', (code, signal) => end(code ?? signal ?? 'unknown'))
  for (const stream of [child.stdin, child.stdout]) (stream as { unref?(): void }).unref?.()
  child.stdin.write(`${JSON.stringify({ givenUp })}\n`)

  return {
    ask(question) {
      saidBytes = 0
      child.stdin.write(`${JSON.stringify(question)}\n`)
    },
    memoryBytes: () =>
      orElse(0, () => Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'latin1'))?.[1] ?? 0)) *
      1024,
    waitedMs: () => orElse(0, () => Number(readFileSync(`/proc/${child.pid}/schedstat`, 'latin1').split(' ')[1]) / 1e6),
    saidBytes: () => saidBytes,
    kill() {
      over = true
      child.kill('SIGKILL')
      child.stdin.destroy()
      child.stdout.destroy()
    },
  }
}
