// A kernel that lacks a hook, faked by another type information in the engine's own mount namespace: the panel that
// needs it says which, the others go on. What the probes count without the hooks they can do without: test/kernels/.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { execa } from 'execa'
import { BUILD } from '../../src/paths.ts'
import { createDecoder } from '../../src/stream/codec.ts'
import type { Message, ProbeStatus } from '../../src/stream/stream-types.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { bpfTest } from '../helpers/bpf.ts'
import { withoutHooks } from '../helpers/btf.ts'
import { until } from '../helpers/programs.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const MAIN = join(BUILD, 'engine.cjs')
const BTF = '/sys/kernel/btf/vmlinux'
const CORE = ['sched', 'block', 'tcp', 'syscalls'] as const
/** What the kernel counts by itself is shown then. */
const HAS_OTHER_WAY: readonly ProbeId[] = ['sched', 'block', 'tcp']

const without = async (
  t: ExecutionContext,
  missing: Partial<Record<(typeof CORE)[number], string>>,
  dispensable: readonly string[] = [],
): Promise<void> => {
  const btf = join(temporaryFolder(t), 'btf')
  writeFileSync(btf, withoutHooks(readFileSync(BTF), [...Object.values(missing), ...dispensable]))
  const child = execa(
    'unshare',
    [
      '--mount',
      'sh',
      '-c',
      'mount --bind "$0" "$1" && shift && exec "$@"',
      btf,
      BTF,
      process.execPath,
      MAIN,
      '--probes',
      CORE.join(','),
      '--interval',
      '200',
    ],
    { reject: false, buffer: false, stdin: 'pipe', stderr: 'ignore' },
  )
  t.teardown(() => child.kill('SIGKILL'))
  const messages: Message[] = []
  const decoder = createDecoder((message) => messages.push(message))
  child.stdout!.on('data', (chunk: Buffer) => decoder.push(chunk))
  const status = (probe: ProbeId): ProbeStatus | undefined =>
    messages.flatMap((message) => (message.type === 'status' && message.probe === probe ? [message.status] : [])).at(-1)
  const samplesOf = (probe: ProbeId) =>
    messages.flatMap((message) => (message.type === 'sample' && message.probe === probe ? [message] : []))
  const samples = (probe: ProbeId): number => samplesOf(probe).length

  const whole = CORE.filter((probe) => missing[probe] === undefined)
  const giving = CORE.filter((probe) => missing[probe] === undefined || HAS_OTHER_WAY.includes(probe))
  await until(() => giving.every((probe) => samples(probe) >= 2))
  for (const probe of whole) t.like(status(probe), { is: 'live' })
  for (const [probe, hook] of Object.entries(missing) as [ProbeId, string][]) {
    const why = `this kernel lacks the hook ${hook}`
    if (HAS_OTHER_WAY.includes(probe)) t.like(samplesOf(probe).at(-1)?.tier, { is: 'counted', why })
    else {
      t.like(status(probe), { is: 'unsupported', why })
      t.is(samples(probe), 0)
    }
  }
  child.stdin!.end()
  t.is((await child).exitCode, 0)
}
const COMMANDS = ['unshare', 'mount']

bpfTest(
  'a missing tracepoint is named by the probe that needs it, and costs only that',
  (t) => without(t, { block: 'block_rq_complete', syscalls: 'sys_enter' }),
  COMMANDS,
)
bpfTest(
  'a missing iterator is, too; and what a probe can do without is no trouble',
  (t) => without(t, { tcp: 'iter/tcp' }, ['block_rq_merge']),
  COMMANDS,
)
