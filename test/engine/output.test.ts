// What is written to a reader that takes it, that is behind, and that has gone.
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { openOutput } from '../../src/engine/output.ts'
import { until } from '../helpers/programs.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { sleepMs } from '../helpers/workload.ts'

const LINE = `${'x'.repeat(999)}\n`

/** Both ends of a FIFO; the reader's does not wait. */
const pipeFor = (t: ExecutionContext): { writer: number; reader: number } => {
  const path = join(temporaryFolder(t), 'pipe')
  spawnSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(path, constants.O_WRONLY)
  t.teardown(() => closeSync(writer))
  return { writer, reader }
}

/** The end of a socket whose other end has a program's input, as the screen's engine has one for its output. */
const socketTo = (t: ExecutionContext, command: string): { fd: number; told(): string } => {
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
  return { fd: (child.stdin as unknown as { _handle: { fd: number } })._handle.fd, told: () => text }
}

/** At least so many bytes. */
const takeAll = async (reader: number, bytes: number): Promise<string> => {
  const buffer = Buffer.alloc(100_000)
  let text = ''
  await until(() => {
    try {
      text += buffer.toString('latin1', 0, readSync(reader, buffer))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
    return text.length >= bytes
  })
  return text
}

test('a reader that is behind for a moment has all of it, in its order', async (t) => {
  const { writer, reader } = pipeFor(t)
  const output = openOutput(writer, () => t.fail())
  for (let i = 0; i < 5; i++) {
    output.send(`${i}${LINE.repeat(200)}`)
    t.false(output.congested(), 'more than a pipe holds, and not too much')
    await sleepMs(10)
  }
  const text = await takeAll(reader, 5 * (200_000 + 1))
  t.deepEqual([...text.matchAll(/\d/g)].map(String), ['0', '1', '2', '3', '4'])
  await output.drained()
  t.false(output.congested())
  closeSync(reader)
})

test('one that is further behind is told nothing more before it has taken that', async (t) => {
  const { writer, reader } = pipeFor(t)
  const output = openOutput(writer, () => {})
  output.send(LINE.repeat(100))
  await sleepMs(10)
  for (let i = 0; i < 16; i++) output.send(LINE.repeat(1000))
  t.true(output.congested())
  await takeAll(reader, 16_100_000)
  await output.drained()
  t.false(output.congested())
  closeSync(reader)
})

test('one that has stopped is told nothing more either, however little that would be', async (t) => {
  const { writer, reader } = pipeFor(t)
  const output = openOutput(writer, () => {}, 1000)
  output.send(LINE.repeat(100))
  await sleepMs(500)
  t.false(output.congested())
  await sleepMs(1000)
  t.true(output.congested())
  await takeAll(reader, 100_000)
  await output.drained()
  t.false(output.congested())
  closeSync(reader)
})

test('one that is slow, and goes on, is told more', async (t) => {
  const { writer, reader } = pipeFor(t)
  const output = openOutput(writer, () => {}, 1000)
  output.send(LINE.repeat(2000))
  let taken = 0
  for (let step = 0; step < 6; step++) {
    taken += (await takeAll(reader, 200_000)).length
    await sleepMs(400)
    t.false(output.congested())
  }
  await takeAll(reader, 2_000_000 - taken)
  await output.drained()
  closeSync(reader)
})

test('once nobody reads any more that is said once, and nothing is kept', async (t) => {
  const { writer, reader } = pipeFor(t)
  let gone = 0
  const output = openOutput(writer, () => gone++)
  closeSync(reader)
  output.send(LINE)
  await output.drained()
  t.is(gone, 1)
  output.send(LINE)
  await output.drained()
  t.is(gone, 1)
})

test('what a socket has room for is written at once', async (t) => {
  const { fd, told } = socketTo(t, 'exec cat')
  const output = openOutput(fd, () => t.fail())
  output.send('a stream’s first line\n')
  output.send(`${'é'.repeat(30_000)}\n`)
  let isWritten = false
  await Promise.resolve()
  void output.drained().then(() => (isWritten = true))
  await Promise.resolve()
  t.true(isWritten, 'no thread of node has a part in it')
  await until(() => told().length >= 30_023)
  t.is(told(), `a stream’s first line\n${'é'.repeat(30_000)}\n`)
})

test('of a socket whose reader is behind the rest follows, in its order', async (t) => {
  const { fd, told } = socketTo(t, 'sleep 1; exec cat')
  const output = openOutput(fd, () => t.fail(), 300)
  for (let i = 0; i < 8; i++) {
    output.send(`${i}${LINE.repeat(100)}`)
    await sleepMs(10)
  }
  await sleepMs(400)
  t.true(output.congested())
  await output.drained()
  await until(() => told().length >= 8 * 100_001)
  t.deepEqual([...told().matchAll(/\d/g)].map(String), ['0', '1', '2', '3', '4', '5', '6', '7'])
})

test('a socket that nobody reads any more says so once', async (t) => {
  const { fd } = socketTo(t, 'exec <&-; sleep 5')
  await sleepMs(300)
  let gone = 0
  const output = openOutput(fd, () => gone++)
  output.send(LINE)
  await until(() => gone > 0)
  output.send(LINE)
  await output.drained()
  t.is(gone, 1)
})
