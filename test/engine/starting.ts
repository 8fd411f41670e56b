// Starts the engine with real probes, and tells what it has said of each.
import type { ExecutionContext } from 'ava'
import type { Sample } from '../../src/stream/stream-types.ts'
import type { ProbeId } from '../../src/stream/probe-ids.ts'
import { startEngine } from '../helpers/engine.ts'

export const start = (t: ExecutionContext, probes: string, ...more: string[]) => {
  const { child, messages, statuses } = startEngine(t, probes, ...more)
  const samples = <P extends ProbeId>(probe: P): Sample<P>[] =>
    messages.flatMap((message) => (message.type === 'sample' && message.probe === probe ? [message as Sample<P>] : []))
  const status = (probe: ProbeId): string | undefined => statuses(probe).at(-1)?.is
  return { child, messages, samples, status, statuses }
}
