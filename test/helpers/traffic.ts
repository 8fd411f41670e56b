// Programs that do something known in network namespaces of their own (traffic.py, delayed.py), as tests talk to them: a
// line in, a line of JSON back.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from '../../src/paths.ts'

export const TRAFFIC_COMMANDS = ['python3', 'unshare', 'ip']

export interface Talker {
  pid: number
  ask(words: string): Promise<Record<string, number>>
  stop(): void
}

const talk = (command: string, words: readonly string[]) => {
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${words.join(' ')} ended`)
    return value
  }
  return {
    next,
    pid: child.pid!,
    ask: async (line: string): Promise<Record<string, number>> => {
      child.stdin.write(`${line}\n`)
      return JSON.parse(await next()) as Record<string, number>
    },
    stop: (): void => void child.kill('SIGKILL'),
  }
}

const script = (name: string): string => join(ROOT, 'test/helpers', name)

/** What it does is in traffic.py. */
export const startTraffic = async (): Promise<Talker> => {
  const talker = talk('unshare', ['--net', 'sh', '-c', 'ip link set lo up && exec python3 "$0"', script('traffic.py')])
  await talker.ask('nobody 1') // it is there
  return talker
}

/** So many sessions over a link that takes `ms` each way, once asked: see delayed.py. */
export const startDelayed = async (ms: number, sessions: number): Promise<Talker> => {
  const talker = talk('python3', [script('delayed.py'), String(ms), String(sessions)])
  await talker.next()
  return talker
}

/** Writes and syncs files of a folder: see syncing.py. */
export const startSyncing = (folder: string): Talker => talk('python3', [script('syncing.py'), folder])
