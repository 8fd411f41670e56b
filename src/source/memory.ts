// Whether the kernel kills for want of memory: how the engine ended does not tell.
import { readFileSync } from 'node:fs'

/** So many processes since the machine was started, those of control groups included; 0 where it is not said. */
export const oomKills = (): number => {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'latin1'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
