// Reads the rows of probes/execsnoop.bt. Pure; the header there says what the columns are.
import type { ExecEvent } from '../../../stream/specs/execsnoop.ts'
import { commandLine } from '../../../stream/shell-words.ts'
import { STRING_BYTES } from '../../bpftrace/parse.ts'
import { unescapeHex } from '../../proc/escapes.ts'

/** Some versions take a few bytes of that for themselves. */
const SURELY_WHOLE_BYTES = STRING_BYTES - 8

export type Row =
  | { kind: 'begin'; ns: number }
  /** `cut`: what was printed of a command line that goes on behind that. */
  | { kind: 'event'; ns: number; event: Omit<ExecEvent, 'atMs'>; cut?: Buffer }

/** Undefined when the text is no row of that script. */
export const parseRow = (text: string): Row | undefined => {
  const fields = text.replace(/\n$/, '').split('\t')
  const [kind, ...rest] = fields
  if (kind === 'B' && fields.length === 2) return { kind: 'begin', ns: Number(rest[0]) }
  if (kind !== 'E' && kind !== 'X') return undefined
  if (fields.length !== 7) return undefined
  const [ns, pid, ppid, fourth] = rest.slice(0, 4).map(Number) as [number, number, number, number]
  if (![ns, pid, ppid, fourth].every(Number.isFinite)) return undefined
  return kind === 'E'
    ? execRow({ ns, pid, ppid, bytes: fourth, comm: rest[4]!, args: rest[5]! })
    : exitRow({ ns, pid, ppid, status: fourth, lifeNs: Number(rest[4]), comm: rest[5]! })
}

/** Words that end in zero bytes, as one line. Of what is cut the last word has none. */
export const joinWords = (bytes: Buffer): string => commandLine(bytes.toString('utf8').replace(/\0$/, '').split('\0'))

const execRow = ({
  ns,
  pid,
  ppid,
  bytes,
  comm,
  args,
}: {
  ns: number
  pid: number
  ppid: number
  bytes: number
  comm: string
  args: string
}): Row => {
  const printed = unescapeHex(args)
  // what somebody wrote as \x41 counts as one byte here and four there, so a short one is believed to be whole
  const truncated = bytes > SURELY_WHOLE_BYTES && printed.length < bytes
  return {
    kind: 'event',
    ns,
    ...(truncated && { cut: printed }),
    event: {
      ...NOT_ENDED,
      kind: 'exec',
      pid,
      ppid,
      comm: commOf(comm),
      args: joinWords(printed) + (truncated ? '…' : ''),
    },
  }
}

const exitRow = ({
  ns,
  pid,
  ppid,
  status,
  lifeNs,
  comm,
}: {
  ns: number
  pid: number
  ppid: number
  status: number
  lifeNs: number
  comm: string
}): Row => {
  const signal = status & 0x7f
  const life = Number.isFinite(lifeNs) && lifeNs >= 0 ? lifeNs : null
  const how = signal === 0 ? { exitCode: (status >> 8) & 0xff, signal: null } : { exitCode: null, signal }
  return { kind: 'event', ns, event: { kind: 'exit', pid, ppid, comm: commOf(comm), args: null, lifeNs: life, ...how } }
}

/** Of an exec. */
export const NOT_ENDED = { lifeNs: null, exitCode: null, signal: null }

/** A comm ends at its first zero byte. */
const commOf = (text: string): string => unescapeHex(text.split('\\x00')[0]!).toString('utf8')
