// The engine in the emulated machine, as it was built: started like the screen starts it, and what it says.
import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { createDecoder } from '../../../src/stream/codec.ts'
import type { Command, HostFacts, Message, ProbeData, ProbeStatus, Sample } from '../../../src/stream/stream-types.ts'
import type { ProbeId } from '../../../src/stream/probe-ids.ts'

export const CORE = ['sched', 'block', 'tcp', 'syscalls'] as const satisfies readonly ProbeId[]

const ENGINE = '/probetop/.build/engine.cjs'
/** What the kernel says goes there too, and is shown when the machine did not come to its end. */
const CONSOLE = '/dev/console'
const INTERVAL_MS = 500
const LONGEST_MS = 240_000
const LAST_WORDS = 6

/** What the probes said while something was done. */
export interface Seen {
  data<P extends ProbeId>(probe: P): ProbeData[P][]
  lost(probe: ProbeId): number
  /** Why its last sample is from less than all hooks. */
  cheaper(probe: ProbeId): string | undefined
  hosts(): HostFacts[]
}

export interface Engine {
  status(probe: ProbeId): ProbeStatus
  /** What it has said to be missing, and the like. */
  said(words: RegExp): string | undefined
  send(command: Command): void
  /** Does the work, and waits for the end of the interval in which it ended. */
  during(work: () => Promise<unknown>): Promise<Seen>
  stop(): Promise<void>
}

/** Resolves when every probe is live or has said why not. `before` is what to start it through. Rejects with what it said last when it says no more. */
export const startEngine = async (
  probes: readonly ProbeId[] = CORE,
  before: readonly string[] = [],
): Promise<Engine> => {
  const [command, ...words] = [
    ...before,
    process.execPath,
    ENGINE,
    '--probes',
    probes.join(','),
    '--interval',
    String(INTERVAL_MS),
  ]
  const child = spawn(command!, words, { stdio: ['pipe', 'pipe', openSync(CONSOLE, 'w')] }) as ChildProcessByStdio<
    Writable,
    Readable,
    null
  >
  const messages: Message[] = []
  const waiting = new Set<() => void>()
  const decoder = createDecoder((message) => messages.push(message))
  child.stdout.on('data', (chunk: Buffer) => {
    decoder.push(chunk)
    for (const look of waiting) look()
  })

  const until = (done: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`the engine (${probes.join(' ')}) says no more; last ${lastWords()}`)),
        LONGEST_MS,
      )
      const look = (): void => {
        if (!done()) return
        clearTimeout(timer)
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const lastWords = (): string =>
    messages
      .filter(({ type }) => type === 'status' || type === 'log' || type === 'host')
      .slice(-LAST_WORDS)
      .map((message) => JSON.stringify(message))
      .join(' ') || 'nothing'
  const ticks = (): number => messages.filter(({ type }) => type === 'host').length
  const status = (probe: ProbeId): ProbeStatus =>
    messages
      .flatMap((message) => (message.type === 'status' && message.probe === probe ? [message.status] : []))
      .at(-1) ?? { is: 'off' }

  await until(() => probes.every((probe) => !['off', 'starting'].includes(status(probe).is)))
  return {
    status,
    said: (words) =>
      messages.flatMap((message) => (message.type === 'log' && words.test(message.text) ? [message.text] : []))[0],
    send: (command) => void child.stdin.write(`${JSON.stringify(command)}\n`),
    async during(work) {
      const from = messages.length
      await work()
      // the samples of a tick are all here when the next one begins
      const last = ticks() + 2
      await until(() => ticks() >= last)
      const to = messages.length
      const of = <P extends ProbeId>(probe: P): Sample<P>[] =>
        messages
          .slice(from, to)
          .flatMap((message) => (message.type === 'sample' && message.probe === probe ? [message as Sample<P>] : []))
      return {
        data: (probe) => of(probe).map(({ data }) => data),
        hosts: () => messages.slice(from, to).filter((message) => message.type === 'host'),
        cheaper: (probe) => of(probe).at(-1)?.tier?.why,
        lost: (probe) => of(probe).reduce((sum, { lost }) => sum + lost, 0),
      }
    },
    async stop() {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}
