// Starts scripts as probes for tests, with fake bpftraces and with the real ones.
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { planOf } from '../../../../src/model/scripts/plan.ts'
import { tablesData } from '../../../../src/stream/tables-check.ts'
import { startScript } from '../../../../src/engine/bpftrace/script/probe.ts'
import { LAST_MAP } from '../../../../src/engine/bpftrace/script/compose.ts'
import { bpfReason } from '../../../helpers/rights.ts'
import { skip } from '../../../helpers/bpf.ts'
import { programs, until as untilWithin } from '../../../helpers/programs.ts'
import { bpftraces } from '../../../scripts/versions.ts'

export const COUNTS =
  'BEGIN { printf("%-6s %s\\n", "PID", "WORDS"); }\ntracepoint:a:b { @n[comm] = count(); printf("%-6d %s\\n", pid, comm); }'
/** For a shell: prints the message in a line. */
export const say = (message: unknown): string => `printf '%s\\n' '${JSON.stringify(message).replaceAll("'", "'\\''")}'`
export const ATTACHED = say({ type: 'attached_probes', data: { probes: 3 } })
export const LAST = {
  old: say({ type: 'map', data: { [LAST_MAP]: 0 } }),
  new: say({ type: 'map', data: { [LAST_MAP]: 1 } }),
}
export const versioned = (body: string, version = 'v0.17.0'): string =>
  `[ "$1" = --version ] && { echo "bpftrace ${version}"; exit; }\ncat >/dev/null\n${body}`
/** Answers each signal with what `answer` says. */
export const answering = (answer: string, version = 'v0.17.0', last = LAST.old): string =>
  versioned(
    `n=0; trap 'n=$((n + 1)); ${answer.replaceAll("'", `'"'"'`)}
${last.replaceAll("'", `'"'"'`)}' USR1
${ATTACHED}
while :; do sleep 60 >/dev/null 2>&1 & wait $!; kill $! 2>/dev/null; done`,
    version,
  )

/** Beside others' work a shell, too, may take half a minute to start; what is to come is waited for, not how long it takes. */
const LONG_MS = 100_000
export const until = (what: () => unknown): Promise<void> => untilWithin(what, LONG_MS)

export const start = (
  t: ExecutionContext,
  body: string,
  { script = COUNTS, startMs = LONG_MS, silentMs = LONG_MS } = {},
) => {
  const folder = programs(t, { bpftrace: body }, ['setpriv', 'unshare'])
  const context = { objects: '', scripts: '', intervalMs: 200, nowMs: () => performance.now(), log: () => {} }
  const plan = planOf({ name: 'x', text: script, taken: () => false })
  const probe = startScript(plan, context, { unsafe: false, folders: [folder], tracefs: [folder], startMs, silentMs })
  t.teardown(() => probe.close())
  const read = async () => {
    await until(() => !probe.isLate!())
    const reading = probe.read()
    t.is(tablesData(reading.data), undefined)
    return reading
  }
  return { probe, read, folder }
}

export const real = (
  title: string,
  implementation: (t: ExecutionContext, folder: string, version: string) => Promise<void>,
): void =>
  test.serial(title, async (t) => {
    const reason = bpfReason()
    if (reason !== undefined) return skip(t, reason)
    const found = await bpftraces()
    if (found.length === 0) return skip(t, 'bpftrace is not installed')
    for (const { folder, version } of found) await implementation(t, folder, version)
    if (found.length < 3) t.log('skipped: other versions of bpftrace are tried where PROBETOP_BPFTRACE names them')
  })
