// Probes that run are told what is new to each of them, so what is said twice changes nothing.
import { sameItems } from '../stream/same-items.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import type { ProbeCommand } from './base/probe.ts'

interface Told {
  readonly id: ProbeId
  command(command: ProbeCommand, nowMs: number): void
}

/** `of`: all that what they are told comes from, of which mostly nothing is another. `again`: told even where it reads as
 * before. */
type Tell = (nowMs: number, of: readonly unknown[], again?: ProbeCommand['cmd']) => void

export const createTelling = (probes: () => readonly Told[], commands: (probe: ProbeId) => ProbeCommand[]): Tell => {
  const said = new Map<ProbeId, readonly string[]>()
  let saidOf: readonly unknown[] = []
  return (nowMs, of, again) => {
    if (again === undefined && sameItems(of, saidOf)) return
    saidOf = of
    for (const probe of probes()) {
      const before = said.get(probe.id)
      const now = commands(probe.id)
      const texts = now.map((command) => JSON.stringify(command))
      said.set(probe.id, texts)
      for (const command of now.filter(({ cmd }, index) => cmd === again || texts[index] !== before?.[index]))
        probe.command(command, nowMs)
    }
  }
}
