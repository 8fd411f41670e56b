// Makes sessions for tests of the TCP probe, and finds both of their ends in what it says.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { ExecutionContext } from 'ava'
import type { TcpSession } from '../../../../src/stream/specs/tcp.ts'
import { startTcp, type TcpView } from '../../../helpers/tcp.ts'
import { probeContext, sleepMs } from '../../../helpers/workload.ts'

export const startProbe = (t: ExecutionContext) => {
  const probe = startTcp(probeContext)
  t.teardown(probe.close)
  return probe
}

export const listen = async (
  t: ExecutionContext,
  host: string,
  onSocket: (socket: Socket) => void,
): Promise<number> => {
  const server: Server = createServer({ allowHalfOpen: true }, onSocket)
  t.teardown(() => server.close())
  server.listen(0, host)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Both ends of the sessions with a server's port: [client's, server's]. */
export const ends = ({ sessions }: TcpView, port: number): [TcpSession[], TcpSession[]] => [
  sessions.filter(({ remotePort }) => remotePort === port),
  sessions.filter(({ localPort }) => localPort === port),
]

/** Owners are not searched for again right after a search. */
export const searchRest = (): Promise<void> => sleepMs(400)

/** A program that says one line when it is ready. */
export const ready = async (
  t: ExecutionContext,
  command: string,
  words: string[],
): Promise<{ child: ChildProcess; line: string }> => {
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  return { child, line: String(line).trim() }
}
