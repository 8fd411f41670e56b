// Checks of whom something is: a process, a thread, some processes, a command name, a control group.
import { list, number, oneOf, optional, record, text } from './shape.ts'
import type { Check } from './shape.ts'
import type { Target } from './target.ts'

/** Of any kind: what it is of, with the fields that go with it. */
export const target: Check = (value) => {
  const wrong = record<{ is: string }>({ is: oneOf('process', 'thread', 'pids', 'comm', 'cgroup') })(value)
  if (wrong) return wrong
  switch ((value as Target).is) {
    case 'process':
      return record({ is: text, pid: number, startedMs: optional(number) })(value)
    case 'thread':
      return record({ is: text, pid: number, tid: number, startedMs: optional(number) })(value)
    case 'pids':
      return record({ is: text, pids: list(number), over: optional(list(number)) })(value)
    case 'comm':
      return record({ is: text, comm: text })(value)
    case 'cgroup':
      return record({ is: text, path: text })(value)
  }
}
