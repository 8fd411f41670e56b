// Why a kernel probe cannot run, told apart.
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { BpfError } from '../../src/engine/native/libbpf.ts'
import { ProbeError } from '../../src/engine/base/probe.ts'
import { checkHooks, checkNeeds, explain } from '../../src/engine/reasons.ts'
import type { Surroundings } from '../../src/engine/reasons.ts'

const needs = { object: '/o/sched.bpf.o', hooks: ['sched_switch', 'sched_wakeup', 'iter/task'] }
const ALL = (1n << 41n) - 1n
const fine: Surroundings = {
  exists: () => true,
  libbpf: () => 'v1.1',
  absent: () => [],
  capabilities: () => ALL,
  lockdown: () => '',
}
const CAP_BPF_AND_PERFMON = (1n << 39n) | (1n << 38n)

test('nothing is said when all is there', (t) => {
  t.notThrows(() => checkNeeds(needs, fine))
  t.notThrows(() => checkHooks(needs, fine))
  t.notThrows(() => checkNeeds(needs, { ...fine, capabilities: () => CAP_BPF_AND_PERFMON }))
})

const testMissing = (t: ExecutionContext, here: Partial<Surroundings>, why: RegExp, hint: RegExp): void => {
  const error = t.throws<ProbeError>(() => {
    checkNeeds(needs, { ...fine, ...here })
    checkHooks(needs, { ...fine, ...here })
  })
  t.is(error?.kind, 'unsupported')
  t.regex(error!.message, why)
  t.regex(error!.hint, hint)
}
const throwing = (error: Error) => () => {
  throw error
}
test(
  'object missing',
  testMissing,
  { exists: (path: string) => !path.endsWith('.o') },
  /\/o\/sched\.bpf\.o is missing/,
  /npm start/,
)
test(
  'libbpf missing',
  testMissing,
  { libbpf: throwing(new Error('libbpf.so.1: cannot open shared object file: No such file or directory')) },
  /libbpf\.so\.1 is not installed/,
  /libbpf1/,
)
test(
  'libbpf is there, but memory is not',
  testMissing,
  { libbpf: throwing(new Error('libbpf.so.1: failed to map segment from shared object')) },
  /libbpf\.so\.1 does not load: .*failed to map segment/,
  /ulimit -v/,
)
test('no BTF', testMissing, { exists: (path: string) => !path.startsWith('/sys') }, /BTF/, /CONFIG_DEBUG_INFO_BTF/)
test(
  'BTF unreadable',
  testMissing,
  { absent: throwing(new BpfError('read BTF', 2)) },
  /read BTF: ENOENT/,
  /CONFIG_DEBUG_INFO_BTF/,
)
test('one hook missing', testMissing, { absent: () => ['sched_wakeup'] }, /lacks the hook sched_wakeup$/, /kernel/)
test(
  'two hooks missing',
  testMissing,
  { absent: (hooks: readonly string[]) => hooks.slice(1) },
  /the hooks sched_wakeup, iter\/task$/,
  /kernel/,
)
test('no rights', testMissing, { capabilities: () => 0n }, /no right/, /sudo/)
test('half the rights', testMissing, { capabilities: () => 1n << 39n }, /no right/, /sudo/)

const testExplained = (
  t: ExecutionContext,
  error: unknown,
  here: Partial<Surroundings>,
  kind: ProbeError['kind'],
  why: RegExp,
): void => {
  const explained = explain(error, { ...fine, ...here })
  t.is(explained.kind, kind)
  t.regex(explained.message, why)
  t.truthy(explained.hint)
}
const refused = new BpfError('load into the kernel', 1)
test('refused without rights', testExplained, refused, { capabilities: () => 0n }, 'unsupported', /no right/)
test(
  'refused by lockdown',
  testExplained,
  refused,
  { lockdown: () => 'none integrity [confidentiality]' },
  'unsupported',
  /locked down/,
)
test(
  'refused for another reason',
  testExplained,
  refused,
  { lockdown: () => 'none [integrity] confidentiality' },
  'unsupported',
  /refuses BPF.*EPERM/,
)
test(
  'not accepted',
  testExplained,
  new BpfError('load into the kernel', 13),
  {},
  'unsupported',
  /does not accept.*EACCES/,
)
test('out of memory is worth another try', testExplained, new BpfError('load', 12), {}, 'failed', /memory.*ENOMEM/)
test('any other error number', testExplained, new BpfError('attach x', 16), {}, 'failed', /attach x: EBUSY/)
test('an error of ours', testExplained, new Error('unexpected record'), {}, 'failed', /unexpected record/)
test('a string', testExplained, 'odd', {}, 'failed', /odd/)
test('a reason is kept as it is', (t) => {
  const reason = new ProbeError('failed', 'why', 'hint')
  t.is(explain(reason, fine), reason)
})
