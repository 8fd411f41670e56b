// The probe of probes/execsnoop.bt: processes that began and ended in the interval.
import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { EXECSNOOP, type ExecEvent } from '../../../stream/specs/execsnoop.ts'
import { tableOf } from '../../../stream/spec.ts'
import type { BpftraceMessage } from '../../bpftrace/parse.ts'
import { runBpftrace } from '../../bpftrace/run-bpftrace.ts'
import type { RunOptions } from '../../bpftrace/run-bpftrace.ts'
import { processWork } from '../../bpftrace/work.ts'
import type { DescribedProbe, StartDescribed } from '../../base/described-probe.ts'
import { joinWords, parseRow } from './rows.ts'
import type { Row } from './rows.ts'

/** Events kept for one interval; counts go on. */
const MOST_EVENTS = 2000
const MOST_ARGS_BYTES = 4096

export const start = (
  context: Parameters<StartDescribed>[0],
  options: Pick<RunOptions, 'folders' | 'tracefs' | 'startMs'> = {},
): DescribedProbe => {
  let rows: EventRow[] = []
  let execs = 0
  let exits = 0
  let lost = 0
  /** The stream's clock at kernel time 0; rows come late, never early, so the least difference is nearest. */
  let bootMs = Infinity
  const helperErrors = new Map<string, number>()

  const onRow = (row: Row, nowMs: number): void => {
    bootMs = Math.min(bootMs, nowMs - row.ns / 1e6)
    if (row.kind === 'begin') return
    if (row.event.kind === 'exec') execs++
    else exits++
    if (rows.length >= MOST_EVENTS) {
      lost++
      return
    }
    const whole = row.cut && wholeCommandLine(row.event.pid!, row.cut)
    if (whole !== undefined) row.event.args = whole
    rows.push(row)
  }
  const toEvent = ({ ns, event }: EventRow): ExecEvent => ({
    atMs: Math.round(bootMs * 1000 + ns / 1000) / 1000,
    ...event,
  })

  const onMessage = (message: BpftraceMessage): void => {
    if (message.type === 'print') {
      const row = parseRow(message.text)
      if (row) onRow(row, context.nowMs())
    } else if (message.type === 'lost') lost += message.events
    else if (message.type === 'helper error') {
      const what = `${message.helper} in line ${message.line}: ${message.text || message.code}`
      const times = (helperErrors.get(what) ?? 0) + 1
      helperErrors.set(what, times)
      if (Math.log10(times) % 1 === 0)
        context.log('warn', `execsnoop.bt: ${what}${times > 1 ? `, ${times} times` : ''}`)
    }
  }

  const onDropped = (line: string): void => {
    if (line.startsWith('E\\t', PRINT_PREFIX.length)) execs++
    else if (line.startsWith('X\\t', PRINT_PREFIX.length)) exits++
    lost++
  }

  const run = runBpftrace({
    ...options,
    program: () => ({ args: ['--no-warnings', join(context.scripts, 'execsnoop.bt')] }),
    version: [0, 17],
    onMessage,
    onDropped,
    log: context.log,
  })

  return {
    ready: run.ready,
    failure: run.failure,
    close: run.close,
    work: processWork(run.pid),
    read() {
      const events = rows.sort((a, b) => a.ns - b.ns).map(toEvent)
      const reading = {
        lost,
        tables: { events: tableOf(EXECSNOOP.tables.events, events) },
        hists: {},
        totals: { execs, exits },
      }
      rows = []
      execs = exits = lost = 0
      // the kernel's time may be one that goes on while the machine is suspended, so it is compared anew each time
      bootMs = Infinity
      return reading
    },
  }
}

type EventRow = Extract<Row, { kind: 'event' }>

const PRINT_PREFIX = '{"type": "printf", "data": "'

/** From /proc, if the process still is and shows what was printed. */
const wholeCommandLine = (pid: number, cut: Buffer): string | undefined => {
  try {
    const file = openSync(`/proc/${pid}/cmdline`, 'r')
    try {
      const bytes = Buffer.alloc(MOST_ARGS_BYTES)
      const length = readSync(file, bytes, 0, bytes.length, 0)
      return bytes.subarray(0, cut.length).equals(cut)
        ? joinWords(bytes.subarray(0, length)) + (length === bytes.length ? '…' : '')
        : undefined
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
}
