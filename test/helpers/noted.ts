// Stacks as the kernel's programs note them of one process, until they are what a test waits for.
import { join } from 'node:path'
import { unfitForSwitch } from '../../src/engine/native/btf.ts'
import { openNotedStacks } from '../../src/engine/native/noted-stacks.ts'
import { loadObject } from '../../src/engine/native/object.ts'
import { words } from '../../src/engine/native/per-cpu.ts'
import { idAt } from '../../src/engine/native/stack-store.ts'
import type { NotedStack } from '../../src/engine/native/stack-store.ts'
import { stacksConfig } from '../../src/engine/native/stacks-config.ts'
import { stacksLayout } from '../../src/engine/native/stacks-layout.ts'
import type { UserStack } from '../../src/engine/symbols/frames.ts'
import { PROBES_BUILT } from '../../src/paths.ts'
import { sleepMs } from './workload.ts'

const MOST_MS = 60_000

export interface Noted extends NotedStack {
  /** With its names, as far as they are known. */
  named(): UserStack
}

interface Notes {
  /** Of threads that left a CPU meanwhile, by number, once they are what `isDone` waits for. */
  wait(isDone: (threads: Map<number, Noted>) => boolean): Promise<Map<number, Noted>>
  close(): void
}

export const openNotes = (pid: number): Notes => {
  const unfit = unfitForSwitch()
  const object = loadObject(join(PROBES_BUILT, 'stacks.bpf.o'), { programs: (name) => name !== unfit })
  const { store, symbols, take } = openNotedStacks(object, true, () => {})
  object.attach([unfit === 'switch_plain' ? 'switch_state' : 'switch_plain'])
  const target = { is: 'process', pid } as const
  stacksConfig(object).change({ target, mode: 'now', thresholdNs: 0, wakers: false, users: true, unwind: true })

  const { now } = stacksLayout(object)
  const threads = (): Map<number, Noted> => {
    const records = Buffer.from(object.iterate('read_now'))
    take()
    const view = words(records)
    const found = new Map<number, Noted>()
    for (let at = 0; at < records.length; at += now.size) {
      const stack = store.get(idAt(view, (at + now.user) >>> 2))
      const named = () => symbols.user(stack!.pid, stack!.addresses, stack!.how)
      if (stack) found.set(view[(at + now.tid) >>> 2]!, { ...stack, named })
    }
    return found
  }

  return {
    async wait(isDone) {
      for (const endMs = Date.now() + MOST_MS; ;) {
        await sleepMs(100)
        symbols.renew()
        const found = threads()
        if (isDone(found) || Date.now() > endMs) return found
      }
    },
    close() {
      symbols.close()
      object.close()
    },
  }
}
