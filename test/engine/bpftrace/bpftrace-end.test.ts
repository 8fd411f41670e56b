// Why a bpftrace ended, from what the three versions really say.
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { explainEnd } from '../../../src/engine/bpftrace/bpftrace-end.ts'
import type { Ended } from '../../../src/engine/bpftrace/watched.ts'

const MEMLOCK = "ERROR: Unknown error -1: couldn't set RLIMIT_MEMLOCK for bpftrace. If your program is not loading, ..."

const testEnd = (t: ExecutionContext, ended: Partial<Ended>, kind: 'unsupported' | 'failed', why: RegExp): void => {
  const error = explainEnd({ stderr: [], wasReady: false, ...ended })
  t.is(error.kind, kind)
  t.regex(error.message, why)
  t.truthy(error.hint)
}
test(
  'not root, 0.17',
  testEnd,
  { exitCode: 1, stderr: ['ERROR: bpftrace currently only supports running as the root user.'] },
  'unsupported',
  /no right/,
)
test(
  'not root, 0.27',
  testEnd,
  { exitCode: 1, stderr: ['ERROR: Missing CAP_DAC_READ_SEARCH capability'] },
  'unsupported',
  /no right/,
)
test(
  'no hook, 0.17',
  testEnd,
  { exitCode: 1, stderr: [MEMLOCK, 'e.bt:1-2: ERROR: tracepoint not found: sched:x'] },
  'unsupported',
  /lacks a hook.*sched:x/,
)
test(
  'no tracefs, 0.27',
  testEnd,
  {
    exitCode: 1,
    stderr: [
      'ERROR: Failed to open kernel function info: Error reading events from /sys/kernel/tracing/available_events (No such file)',
    ],
  },
  'unsupported',
  /tracefs/,
)
test(
  'mount refused',
  testEnd,
  { exitCode: 32, stderr: ['mount: /sys/kernel/tracing: permission denied.'] },
  'unsupported',
  /tracefs/,
)
test(
  'types do not fit',
  testEnd,
  { exitCode: 1, stderr: ["ERROR: Struct/union of type 'struct x' does not contain a field named 'y'"] },
  'unsupported',
  /types/,
)
test(
  'killed',
  testEnd,
  { signal: 'SIGKILL', wasReady: true, stderr: [MEMLOCK] },
  'failed',
  /^bpftrace was killed by SIGKILL$/,
)
test('ended while it worked', testEnd, { exitCode: 0, wasReady: true }, 'failed', /ended with code 0/)
test(
  'something else',
  testEnd,
  { exitCode: 255, stderr: [MEMLOCK, 'ERROR: Error attaching probe: x', 'x'] },
  'failed',
  /code 255: Error attaching probe: x$/,
)
test(
  'harmless words are not quoted',
  testEnd,
  { exitCode: 3, stderr: [MEMLOCK, 'WARNING: whatever', '~~~~'] },
  'failed',
  /^bpftrace ended with code 3$/,
)
test('long words are cut', testEnd, { exitCode: 3, stderr: ['x'.repeat(500)] }, 'failed', /^.{0,220}\.\.\.$/)
