// Why a tool of bcc does not run, in its own words: of what libbpf, bcc or the tool itself said last the line that says
// most, without characters that are none to be seen.
import { existsSync } from 'node:fs'
import { SUFFIXES } from '../../model/tools/tools.ts'
import { ProbeError } from '../base/probe.ts'
import type { Ended } from '../bpftrace/watched.ts'

const KPROBES = '/sys/bus/event_source/devices/kprobe'
const LONGEST = 200

/** The first that fits is told, the words most exact first. */
const TELLING: readonly RegExp[] = [
  /kernel headers/i,
  /failed to (create|add legacy) k(ret)?probe|failed to attach kprobe/i,
  /failed to auto-attach|failed to attach|program load failed/i,
  /invalid option|unrecognized option|invalid|usage:/i,
  /permission|not permitted/i,
  /exception|error|failed/i,
]

/** `kprobes`: the kernel has them; given by tests. */
export const explainToolEnd = (
  name: string,
  { exitCode, signal, stderr, wasReady }: Ended,
  kprobes = existsSync(KPROBES),
): ProbeError => {
  const words = stderr.map((line) => line.replace(/\p{C}/gu, '').trim()).filter((line) => line !== '')
  const why = telling(words)
  const said = (why ?? words.at(-1) ?? '').slice(0, LONGEST).replace(/\.+$/, '')
  const how = signal === undefined ? `${name} ended with code ${exitCode ?? '?'}` : `${name} was killed by ${signal}`
  if (wasReady && exitCode !== 0) return new ProbeError('failed', said ? `${how}: ${said}` : how, 'it is started again')
  if (signal !== undefined) return new ProbeError('failed', how, 'it is started again')
  // some take what they could not do for a success
  if (exitCode === 0 && (wasReady || why === undefined))
    return new ProbeError('unsupported', `${name} has ended`, 'it did so by itself; open it again to run it again')
  const isHook = /k(ret)?probe|fentry|attach|program load failed/i.test(said)
  return new ProbeError(
    'unsupported',
    isHook ? `${name} cannot attach${kprobes ? '' : ', and this kernel has no kprobes'}: ${said}` : `${how}: ${said}`,
    isHook
      ? "use a kernel that has what it hooks, or a panel of probetop's own: 0 lists them"
      : /kernel headers/i.test(said)
        ? 'install the headers of this kernel, or libbpf-tools, which need none'
        : /(invalid|unrecognized) option/i.test(said)
          ? `see ${name} --help; ${name}${SUFFIXES.c} and ${name}${SUFFIXES.python} have options of their own`
          : `see ${name} --help`,
  )
}

const telling = (words: readonly string[]): string | undefined => {
  for (const pattern of TELLING) {
    const found = words.find((line) => pattern.test(line))
    if (found !== undefined) return found
  }
  return undefined
}
