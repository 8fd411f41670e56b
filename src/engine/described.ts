// What a probe that describes itself is to the engine: its spec, and its program, which is not even read before it is
// wanted. It gives tables, and is otherwise run, read and supervised like the others.
import { join } from 'node:path'
import type { ProbeSpec } from '../stream/spec.ts'
import type { TablesData } from '../stream/tables.ts'
import type { Command, DescribedId } from '../stream/types.ts'
import { BpfError } from './native/libbpf.ts'
import type { ProbeContext, ProbeError, ProbeWork, Reading, RunningProbe, StartProbe } from './probe.ts'
import { checkHooks, checkNeeds, explain } from './reasons.ts'

/** A running one. `read` ends the interval. */
export interface DescribedProbe {
  read(): TablesData & { lost: number }
  command?(command: Command): void
  work?: ProbeWork
  close(): void
}

/** Loads and attaches; throws ProbeError, or BpfError. `object`: path of its compiled program. */
export type StartDescribed = (context: ProbeContext & { object: string }) => DescribedProbe

/** A line of the registry. */
export interface DescribedEntry {
  spec: ProbeSpec
  load(): Promise<{ start: StartDescribed }>
}

/** Starts when its code has been read, which the supervisor waits for. */
export const startDescribed = ({ spec, load }: DescribedEntry): StartProbe<DescribedId> => {
  return (context) => {
    let running: DescribedProbe | undefined
    let error: ProbeError | undefined
    let closed = false
    const told = new Map<Command['cmd'], Command>()

    const begin = async (): Promise<void> => {
      try {
        const { start } = await load()
        if (closed) return
        running = begun(spec, start, context)
        for (const command of told.values()) running.command?.(command)
      } catch (thrown) {
        error = explain(thrown)
      }
    }
    void begin()

    const probe: RunningProbe<DescribedId> = {
      ready: () => running !== undefined,
      failure: () => error,
      read(): Reading<DescribedId> {
        const { lost, ...data } = running!.read()
        return { data, lost }
      },
      command(command) {
        told.set(command.cmd, command)
        running?.command?.(command)
      },
      get work() {
        return running?.work
      },
      close() {
        closed = true
        running?.close()
        running = undefined
      },
    }
    return probe
  }
}

const begun = (spec: ProbeSpec, start: StartDescribed, context: ProbeContext): DescribedProbe => {
  const object = join(context.objects, `${spec.id}.bpf.o`)
  if (spec.kind === 'proc') return start({ ...context, object })
  const needs = { object, hooks: spec.hooks.filter(({ optional }) => !optional).map(({ name }) => name) }
  checkNeeds(needs)
  try {
    return start({ ...context, object })
  } catch (error) {
    if (error instanceof BpfError) checkHooks(needs)
    throw error
  }
}
