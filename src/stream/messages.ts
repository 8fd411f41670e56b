// The shape of every message in stream-types.ts, as checks. `Fields<T>` makes the compiler compare the two.
import { flag, indexes, list, number, oneOf, optional, record, span, text, time } from './shape.ts'
import type { Check } from './shape.ts'
import type { CostMessage, ProbeCost, ShedDetail, Tier } from './cost-message.ts'
import { STACK_MODES, STACK_STATES } from './stack-types.ts'
import type * as S from './stack-types.ts'
import { MOST_HOOK_NAMES, type HooksMessage } from './hooks.ts'
import type { OpenFile, ProcessMessage } from './process-message.ts'
import type { ProbeMessage } from './spec.ts'
import { name, spec, upTo } from './spec-check.ts'
import { tablesData } from './tables-check.ts'
import { target } from './target-check.ts'
import { isOwnProbe, type OwnProbeId } from './probe-ids.ts'
import type * as T from './stream-types.ts'

const excerpt = optional(upTo(4, text))
const status: Check = (value) => {
  const wrong = record<{ is: string }>({ is: text })(value)
  if (wrong) return wrong
  const fields = { is: text, why: text, hint: text }
  switch ((value as { is: string }).is) {
    case 'off':
    case 'live':
      return undefined
    case 'starting':
      return record({ is: text, again: optional(record<T.StartAgain>({ why: text, attempt: number, of: number })) })(
        value,
      )
    case 'unsupported':
      return record({ ...fields, excerpt })(value)
    case 'failed':
      return record({ ...fields, excerpt, retryMs: optional(span), silent: optional(flag) })(value)
    case 'shed':
      return record({ ...fields, retryMs: span })(value)
    default:
      return '.is is no known status'
  }
}

const stackRefs = {
  user: indexes,
  kernel: indexes,
  cut: optional(oneOf('no user stack', 'no frame pointers', 'not unwound', 'too deep', 'lost')),
}
const stackState = oneOf(...STACK_STATES)
const stackParts = record<S.StacksData>({
  mode: oneOf(...STACK_MODES),
  unit: optional(oneOf('count', 'bytes')),
  of: optional(target),
  frames: list(
    record<S.StackFrame>({
      name: text,
      kind: oneOf('kernel', 'user', 'jit', 'interpreted', 'inlined', 'unknown'),
      module: optional(text),
    }),
  ),
  stacks: list(
    record<S.Stack>({
      ...stackRefs,
      pid: number,
      comm: text,
      state: stackState,
      ns: number,
      count: number,
      maxNs: optional(number),
      waker: optional(record<NonNullable<S.Stack['waker']>>({ ...stackRefs, pid: number, comm: text })),
    }),
  ),
  threads: optional(
    list(
      record<S.ThreadStack>({
        ...stackRefs,
        pid: number,
        tid: number,
        comm: text,
        state: stackState,
        forNs: optional(number),
        call: optional(text),
      }),
    ),
  ),
  thresholdNs: number,
  hz: optional(number),
  others: optional(record<NonNullable<S.StacksData['others']>>({ ns: number, count: number })),
})

/** Also that every index is one of a frame. */
const stacks: Check = (value) => stackParts(value) ?? strayIndex(value as S.StacksData)

const strayIndex = ({ frames, stacks, threads = [] }: S.StacksData): string | undefined => {
  const stray = (indexes: readonly number[]): boolean => indexes.some((index) => index >= frames.length)
  const wrong = [...stacks.flatMap((stack) => [stack, ...(stack.waker ? [stack.waker] : [])]), ...threads].some(
    ({ user, kernel }) => stray(user) || stray(kernel),
  )
  return wrong ? '.frames lacks one that a stack refers to' : undefined
}

const DATA: Record<OwnProbeId, Check> = { stacks }

const givenUp = { why: text, hint: text, retryMs: span, fullPercent: optional(number) }

const sample: Check = (value) => {
  const { probe } = value as { probe: string }
  return record<T.Sample>({
    type: text,
    probe: name,
    atMs: time,
    intervalMs: span,
    lost: number,
    base: optional(time),
    data: (data) => (isOwnProbe(probe) ? DATA[probe] : tablesData)(data),
    shed: optional(record<ShedDetail>(givenUp)),
    tier: optional(
      record<Tier>({
        ...givenUp,
        is: oneOf('sampled', 'counted'),
        observed: optional(number),
        windows: optional(number),
        error: optional(number),
      }),
    ),
  })(value)
}

const loads: Check = (value) =>
  Array.isArray(value) && value.length === 3 ? list(number)(value) : 'is not three numbers'

const cost = record<CostMessage>({
  type: text,
  atMs: time,
  intervalMs: span,
  cpus: number,
  limitPercent: number,
  why: optional(text),
  probes: list(
    record<ProbeCost>({
      probe: name,
      source: oneOf('CO-RE', 'bpftrace', 'tool'),
      programs: number,
      iterators: number,
      runs: optional(number),
      runNs: optional(number),
      processNs: optional(number),
      hookNs: optional(number),
      dispatchNs: optional(number),
      fullPercent: optional(number),
      map: optional(record<NonNullable<ProbeCost['map']>>({ name: text, entries: number, maxEntries: number })),
    }),
  ),
})

/** By `type`; a type without an entry is from a newer writer. */
export const MESSAGES: Readonly<Record<T.Message['type'], Check>> = {
  sample,
  probe: record<ProbeMessage>({ type: text, atMs: time, spec }),
  hello: record<T.Hello>({
    type: text,
    schema: number,
    version: text,
    host: text,
    kernel: text,
    arch: text,
    cpus: number,
    atMs: time,
    intervalMs: span,
  }),
  process: record<ProcessMessage>({
    type: text,
    atMs: time,
    pid: number,
    comm: text,
    args: list(text),
    parents: list(record({ pid: number, comm: text })),
    uid: number,
    user: optional(text),
    cgroup: optional(text),
    otherGroups: optional(list(record({ of: text, cgroup: text }))),
    startMs: time,
    startedMs: optional(number),
    threads: number,
    rssBytes: number,
    cpuMs: number,
    files: list(record<OpenFile>({ tid: number, call: text, fd: number, file: text })),
  }),
  hooks: record<HooksMessage>({
    type: text,
    atMs: time,
    begin: text,
    names: upTo(MOST_HOOK_NAMES, text),
    of: number,
    why: optional(text),
  }),
  host: record<T.HostFacts>({
    type: text,
    atMs: time,
    intervalMs: span,
    uptimeS: number,
    load: loads,
    stolenMs: optional(number),
    cpus: optional(number),
    key: optional(flag),
    wallMs: optional(time),
  }),
  status: record<T.StatusMessage>({ type: text, atMs: time, probe: name, status }),
  cost,
  gap: record<T.Gap>({ type: text, atMs: time, why: text }),
  log: record<T.LogMessage>({ type: text, atMs: time, level: oneOf('info', 'warn', 'error'), text }),
}
