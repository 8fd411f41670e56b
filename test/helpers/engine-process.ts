// The engine as a process without probes, and what it says.
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { execa } from 'execa'
import { BUILD } from '../../src/paths.ts'
import { decodeLine } from '../../src/stream/codec.ts'
import type { Message } from '../../src/stream/stream-types.ts'

const MAIN = join(BUILD, 'engine.cjs')

export const start = (t: ExecutionContext, ...options: string[]) => {
  const child = execa(process.execPath, [MAIN, '--probes', '', '--interval', '100', ...options], {
    reject: false,
    buffer: { stdout: false, stderr: true },
    stdin: 'pipe',
  })
  t.teardown(() => child.kill('SIGKILL'))
  const messages: Message[] = []
  let rest = ''
  child.stdout!.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    messages.push(...lines.flatMap((line) => decodeLine(line, 0) ?? []))
  })
  const ticks = () => messages.filter((message) => message.type === 'host')
  return { child, messages, ticks }
}
