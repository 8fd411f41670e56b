// The tables of the TCP probe as objects, and the probe as tests run it.
import { join } from 'node:path'
import { start } from '../../src/engine/probes/tcp/probe.ts'
import type { HowGot, ProbeContext } from '../../src/engine/base/probe.ts'
import { listenersOf, sessionsOf } from '../../src/panels/tcp-rows.ts'
import { tableOf } from '../../src/stream/spec.ts'
import { TCP, type TcpListener, type TcpSession } from '../../src/stream/specs/tcp.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import { plain } from './plain.ts'

type Total = (typeof TCP.totals)[number]['id']

/** Of a selection there are no totals. */
export type TcpView = { sessions: readonly TcpSession[]; listeners: readonly TcpListener[] } & Record<Total, number>

/** Made once somebody asks: of thousands of sessions that takes as long as to read them. */
export const asTcp = (data: TablesData): TcpView => {
  let sessions: readonly TcpSession[] | undefined
  let listeners: readonly TcpListener[] | undefined
  return {
    get sessions() {
      return (sessions ??= plain(TCP.tables.sessions, sessionsOf(data)))
    },
    get listeners() {
      return (listeners ??= plain(TCP.tables.listeners, listenersOf(data)))
    },
    ...(data.totals as Record<Total, number>),
  }
}

export const tcpTables = ({ sessions, listeners, ...totals }: TcpView): TablesData => ({
  tables: { sessions: tableOf(TCP.tables.sessions, sessions), listeners: tableOf(TCP.tables.listeners, listeners) },
  hists: {},
  totals,
})

export const startTcp = (context: ProbeContext) => {
  const probe = start({ ...context, object: join(context.objects, 'tcp.bpf.o') })
  return {
    ...probe,
    read: (): { data: TcpView; lost: number; tier?: HowGot } => {
      const { lost, tier, ...data } = probe.read()
      return { data: asTcp(data), lost, ...(tier && { tier }) }
    },
  }
}
