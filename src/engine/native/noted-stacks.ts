// What the kernel's programs noted of stacks, with all that makes them readable: the store, functions of interpreters, names,
// and stacks that are unwound elsewhere.
import type { ProbeContext } from '../base/probe.ts'
import { openSymbols } from '../symbols/frames.ts'
import type { Symbols } from '../symbols/frames.ts'
import { interpreterLayout, interpreterMaps, isCode, NO_INTERPRETERS, openInterpreters } from './interpreted.ts'
import type { BpfObject } from './object.ts'
import { NO_UNWINDING, openUnwinding, unwindingLayout, unwindingMaps } from './stack-pieces.ts'
import { openStackStore, stackLayout } from './stack-store.ts'
import type { StackStore } from './stack-store.ts'

interface NotedStacks {
  store: StackStore
  symbols: Symbols
  /** Takes what is new, and asks what is not known of it. */
  take(): void
  /** What was learnt of processes does not count any more. */
  clear(): void
}

export const openNotedStacks = (object: BpfObject, canUnwind: boolean, log: ProbeContext['log']): NotedStacks => {
  const store = openStackStore(object.map('stacks'), stackLayout(object))
  const interpreters = canUnwind
    ? openInterpreters(interpreterMaps(object), interpreterLayout(object))
    : NO_INTERPRETERS
  const symbols = openSymbols(log, {
    onUnwound(pid, unwound) {
      for (const addresses of unwinding.take(pid, unwound)) symbols.meet(pid, addresses)
    },
    interpreted: (pid, address) => (isCode(address) ? interpreters.frame(pid, address) : undefined),
  })
  const unwinding = canUnwind
    ? openUnwinding(unwindingMaps(object), unwindingLayout(object), store, symbols.unwind, interpreters)
    : NO_UNWINDING

  return {
    store,
    symbols,
    take() {
      for (const { pid, addresses } of store.take()) if (pid !== 0) symbols.meet(pid, addresses)
      interpreters.take()
      unwinding.ask()
      symbols.ask()
    },
    clear() {
      unwinding.clear()
      interpreters.clear()
    },
  }
}
