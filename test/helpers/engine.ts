// The built engine as a process of its own, and what it says.
import type { ExecutionContext } from 'ava'
import { execa } from 'execa'
import { engineCommand } from '../../src/source/keeper.ts'
import { createDecoder } from '../../src/stream/codec.ts'
import type { Message, ProbeStatus } from '../../src/stream/stream-types.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'

/** Ends with the test. */
export const startEngine = (t: ExecutionContext, probes: string, ...more: string[]) => {
  const [file, ...args] = engineCommand() as [string, ...string[]]
  const child = execa(file, [...args, '--probes', probes, '--interval', '200', ...more], {
    reject: false,
    buffer: false,
    stdin: 'pipe',
    stderr: 'inherit',
  })
  t.teardown(() => child.kill('SIGKILL'))
  const messages: Message[] = []
  const decoder = createDecoder((message) => messages.push(message))
  child.stdout!.on('data', (chunk: Buffer) => decoder.push(chunk))
  /** All that was said of a probe, oldest first. */
  const statuses = (probe: ProbeId): ProbeStatus[] =>
    messages.flatMap((message) => (message.type === 'status' && message.probe === probe ? [message.status] : []))
  return { child, messages, statuses }
}
