// Why a script does not run, in one sentence and with the line of it that is at fault: from bpftrace's last words. It
// reports in three lines: `stdin:3:5-9: ERROR: …`, the line of the script, and a mark below.
import { ProbeError } from '../../base/probe.ts'
import type { ScriptPlan } from '../../../stream/script.ts'
import type { Ended } from '../watched.ts'
import { aroundMark } from '../../../model/scripts/excerpt.ts'
import { newestOf } from '../../../model/scripts/dialect.ts'
import { olderThan, parseVersion } from '../parse.ts'
import { explainEnd } from '../bpftrace-end.ts'
import { whyNot } from './attached.ts'

const LOCATED = /^stdin:(\d+)(?::(\d+))?(?:-(\d+))?:? *(?:ERROR|error): *(.*)$/
const WHERE = /^stdin:\d/
const LONGEST = 200
const CUT = '...'

interface Located {
  line: number
  text: string
  excerpt: string[]
}

/** The first error with a place. */
export const errorIn = (stderr: readonly string[]): Located | undefined => {
  const at = stderr.findIndex((line) => LOCATED.test(line))
  if (at < 0) return undefined
  const [, line, , , text] = LOCATED.exec(stderr[at]!)!
  const excerpt = stderr
    .slice(at + 1, at + 3)
    .filter((each) => !WHERE.test(each) && each.trim() !== '')
    .map((each) => each.replaceAll('\t', ' '))
  const isMarked = excerpt.at(-1)?.includes('~')
  return { line: Number(line), text: text!, excerpt: isMarked ? aroundMark(excerpt, LONGEST, CUT) : [] }
}

/** Of a script that ends too early bpftrace names the line behind it, and marks nothing. */
const atItsEnd = ({ line, text, excerpt }: Located, script: string): Located => {
  if (excerpt.length > 0 || !text.includes('end of file')) return { line, text, excerpt }
  const lines = script.trimEnd().split('\n')
  const last = lines.at(-1)!.replaceAll('\t', ' ')
  const marked = [last, `${' '.repeat(last.length)}~`]
  return { line: lines.length, text, excerpt: aroundMark(marked, LONGEST, CUT) }
}

/** With a hook that is missing 0.24 and later leave out what its probe assigned. */
export const missingMap = ({ text }: Located): string | undefined => /^Undefined map: (@\w*)/.exec(text)?.[1]

const MISSING_HOOK =
  /attach|No matches for|no valid attach points|not traceable|Could not resolve|No probes to attach|does not exist|cannot be found|Failed to find usdt|not found: |Code not generated|No such file or directory/i
const TYPES =
  /Unknown struct|Struct\/union of type|does not contain a field|unknown type name|Undefined struct|Failed to resolve kernel symbol/i
const HEADERS = /file not found/i
const UNSAFE = /unsafe/i
const NOWHERE = /no valid attach points/i
/** Then 0.17 gives up altogether. */
const UNKNOWN_TYPE = /Invalid probe type/

interface EndOptions {
  plan: Pick<ScriptPlan, 'hooks' | 'text'>
  bpftrace: string
  attached(): { attached: number; of: number; why: string }
}

export const explainScriptEnd = (ended: Ended, { plan, bpftrace, attached }: EndOptions): ProbeError => {
  const { exitCode, signal, stderr, wasReady } = ended
  if (signal === 'SIGABRT' && !wasReady && stderr.some((line) => UNKNOWN_TYPE.test(line)))
    return new ProbeError(
      'unsupported',
      `bpftrace ${bpftrace} does not know one of its hooks' types`,
      'install a later bpftrace, or use a script for this one',
    )
  if (signal !== undefined) return explainEnd(ended)
  const found = errorIn(stderr)
  const located = found && atItsEnd(found, plan.text)
  const words = stderr.filter((line) => /ERROR|error:/.test(line) && !/RLIMIT_MEMLOCK|failed to detach/.test(line))
  const first =
    located?.text ?? words.map((line) => /(?:ERROR|error): *(.*)/.exec(line)?.[1]).find(Boolean) ?? words[0] ?? ''
  const said = first.slice(0, LONGEST)
  if (exitCode === 0) {
    const { attached: some, of, why } = attached()
    if (some === 0 && of > 0) return new ProbeError('unsupported', `attached 0 of ${of}: ${why}`, HOOK_HINT)
    return new ProbeError('unsupported', 'the script has ended', 'it did so by itself; open it again to run it again')
  }
  if (wasReady)
    return new ProbeError(
      'failed',
      `bpftrace ended with code ${exitCode ?? '?'}${said ? `: ${said}` : ''}`,
      'it is started again',
    )
  // of a pattern it says no more
  if (stderr.some((line) => NOWHERE.test(line)) && said === '')
    return new ProbeError('unsupported', `attached 0 of ${plan.hooks.length}: ${whyNot(plan, [])}`, HOOK_HINT)
  const where = located ? `line ${located.line}: ` : ''
  const { of, why } = attached()
  if (TYPES.test(said))
    return new ProbeError(
      'unsupported',
      `it does not fit this kernel: ${where}${said}`,
      'use a version of the script for this kernel',
      located?.excerpt,
    )
  if (HEADERS.test(said))
    return new ProbeError(
      'unsupported',
      `it needs header files: ${where}${said}`,
      'install them, for instance: apt-get install libc6-dev linux-headers-$(uname -r)',
      located?.excerpt,
    )
  if (UNSAFE.test(said))
    return new ProbeError(
      'unsupported',
      `${where}${said}`,
      'allow it with --unsafe on the command line',
      located?.excerpt,
    )
  // with the probe that is missing, what it assigned is missing, too
  if (MISSING_HOOK.test(said) || (why !== '' && (said === '' || said.startsWith('Undefined map'))))
    return new ProbeError('unsupported', `attached 0 of ${of}: ${why || whyNot(plan, [])}`, HOOK_HINT)
  const newest = newestOf(plan.text)
  const here = parseVersion(bpftrace)
  const newer = newest && here && olderThan(here, newest.version) ? newest : undefined
  return new ProbeError(
    'unsupported',
    said
      ? `${where}${said}`
      : `bpftrace ended with code ${exitCode ?? '?'}: ${(stderr.at(-1) ?? '').slice(0, LONGEST)}`,
    newer
      ? `install bpftrace ${newer.version.join('.')} or later for its \`${newer.what}\`; this is ${bpftrace}`
      : `fix the script; this is bpftrace ${bpftrace}`,
    located?.excerpt,
  )
}

const HOOK_HINT = 'use a script for hooks that this machine has'
