// The made-up machine that the verdict is asked about, and what is changed on it.
import { editedSched } from '../helpers/sched.ts'
import { editedBlock } from '../helpers/block.ts'
import type { ProbeSpec } from '../../src/stream/spec.ts'
import type { TableCell } from '../../src/stream/tables.ts'
import type { SchedProc } from '../../src/stream/sched-types.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { fakeStream, START_MS } from '../helpers/stream.ts'
import { asTcp, tcpTables, type TcpView } from '../helpers/tcp.ts'

export const TICKS = 70
export const S = 1e9

export const edit =
  (change: Parameters<typeof editedSched>[1]) =>
  (messages: Message[]): Message[] =>
    messages.map((message) =>
      message.type === 'sample' && message.probe === 'sched'
        ? { ...message, data: editedSched(message.data, change) }
        : message,
    )

export const editBlock =
  (change: Parameters<typeof editedBlock>[1]) =>
  (messages: Message[]): Message[] =>
    messages.map((message) =>
      message.type === 'sample' && message.probe === 'block'
        ? { ...message, data: editedBlock(message.data, change) }
        : message,
    )
export const editTcp =
  (change: (data: TcpView) => Partial<TcpView>) =>
  (messages: Message[]): Message[] =>
    messages.map((message) => {
      if (message.type !== 'sample' || message.probe !== 'tcp') return message
      const data = asTcp(message.data)
      return { ...message, data: tcpTables({ ...data, ...change(data) }) }
    })

/** A probe that describes itself, with one row in a table and totals, in every interval. */
export const described =
  (spec: ProbeSpec, table: string, row: Record<string, TableCell>, totals: Record<string, number> = {}) =>
  (messages: Message[]): Message[] => [
    ...messages.slice(0, 1),
    { type: 'probe', atMs: START_MS, spec },
    { type: 'status', atMs: START_MS, probe: spec.id as never, status: { is: 'live' } },
    ...messages
      .slice(1)
      .flatMap((message): Message[] =>
        message.type === 'sample' && message.probe === 'sched'
          ? [
              message,
              {
                ...message,
                probe: spec.id as never,
                data: {
                  tables: { [table]: { columns: Object.keys(row), rows: [Object.values(row)] } },
                  hists: {},
                  totals,
                },
              },
            ]
          : [message],
      ),
  ]

/** Of the first process. */
export const first = (change: (proc: SchedProc) => Partial<SchedProc>) =>
  edit(({ procs }) => ({ procs: procs.map((proc, i) => (i === 0 ? { ...proc, ...change(proc) } : proc)) }))

/** The made-up machine, without what is made up to be wrong on it. */
export const healthy = (): Message[] =>
  editBlock(({ disks }) => ({ disks: disks.filter(({ name }) => name !== 'sda') }))(
    editTcp(({ listeners }) => ({ listeners: listeners.map((each) => ({ ...each, backlog: 1 })) }))(
      fakeStream({ ticks: TICKS }),
    ),
  )
