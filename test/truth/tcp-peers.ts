// The two ends of TCP sessions in namespaces of their own, and what the probe said of the sessions with a port.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { ROOT } from '../../src/paths.ts'
import type { TcpSession } from '../../src/stream/specs/tcp.ts'
import type { TcpView } from '../helpers/tcp.ts'
import type { Namespace } from '../helpers/namespaces.ts'
import { withCable } from '../helpers/namespaces.ts'

const PROGRAM = join(ROOT, 'test/truth/tcp-end.mjs')

export interface End {
  place: Namespace
  pid: number
  /** Has it do something (see there), and waits for its answer. */
  tell(what: object): Promise<{ pid: number; received: number }>
  /** The next message, for what it does by itself. */
  said(): Promise<{ pid: number }>
}

export const withPeers = <T>(work: (client: End, server: End) => Promise<T>): Promise<T> =>
  withCable(async (a, b) => {
    const ends = [endIn(a), endIn(b)]
    try {
      return await work(ends[0]!, ends[1]!)
    } finally {
      for (const { stop } of ends) stop()
    }
  })

const endIn = (place: Namespace): End & { stop(): void } => {
  const [command, ...words] = [...place.enter, process.execPath, PROGRAM]
  const child = spawn(command!, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const said = async (): Promise<{ pid: number; received: number }> => (await once(child, 'message'))[0]
  return {
    place,
    pid: child.pid!,
    said,
    tell: (what) => {
      child.send(what)
      return said()
    },
    stop: () => child.disconnect(),
  }
}

/** Rows of the two ends of sessions with a server's port, of all samples. */
export const endsOf = (samples: readonly TcpView[], port: number): { client: TcpSession[]; server: TcpSession[] } => {
  const rows = samples.flatMap(({ sessions }) => sessions)
  return {
    client: rows.filter(({ remotePort }) => remotePort === port),
    server: rows.filter(({ localPort }) => localPort === port),
  }
}

export const sumOf = (rows: readonly TcpSession[], field: 'inBytes' | 'outBytes' | 'retransmits'): number =>
  rows.reduce((sum, row) => sum + row[field]!, 0)
