// Softirqs and interrupts without hooks: how many there were on each CPU, as the kernel counts them itself. Not how long
// they took, and nothing of workqueues.
import { textOf } from '../../../source/proc-stat.ts'
import { tableOf } from '../../../stream/spec.ts'
import { NO_WAIT, type CpuRow, type KindRow } from './decode.ts'
import { namesIn, VECTOR_NAMES } from './interrupt-names.ts'
import { KERNEL } from './spec.ts'

/** Counts by name, one for each CPU of the head line. */
const countsIn = (text: string): { cpus: number[]; counts: Map<string, number[]> } => {
  const [head = '', ...lines] = text.split('\n')
  const cpus = head
    .trim()
    .split(/\s+/)
    .map((name) => Number(name.replace('CPU', '')))
    .filter(Number.isInteger)
  const counts = new Map<string, number[]>()
  for (const line of lines) {
    const [name, ...words] = line.trim().split(/\s+/)
    const each = words.slice(0, cpus.length).map(Number)
    if (name?.endsWith(':') && each.length === cpus.length && each.every(Number.isFinite))
      counts.set(name.slice(0, -1), each)
  }
  return { cpus, counts }
}

/** What happened since the last call, as a reading of the probe; at first nothing. */
export const countedKernel = () => {
  const next = countedRows()
  return () => {
    const rows = next()
    return {
      lost: 0,
      tier: { is: 'counted' as const },
      tables: {
        kinds: tableOf(KERNEL.tables.kinds, countedKinds(rows)),
        cpus: tableOf(KERNEL.tables.cpus, rows),
        works: tableOf(KERNEL.tables.works, []),
      },
      hists: {},
      totals: {},
    }
  }
}

/** Rows of what happened since the last call; at first none. */
const countedRows = (): (() => CpuRow[]) => {
  const before = new Map<string, number>()
  let isFirst = true
  return () => {
    const rows: CpuRow[] = []
    for (const [file, kind] of [
      ['softirqs', 'softirq'],
      ['interrupts', 'irq'],
    ] as const) {
      const text = textOf(`/proc/${file}`)
      const devices = kind === 'irq' ? namesIn(text) : undefined
      const { cpus, counts } = countsIn(text)
      for (const [id, each] of counts) {
        const name = kind === 'softirq' ? id : (VECTOR_NAMES[id] ?? `${id} ${devices!.get(Number(id)) ?? ''}`.trimEnd())
        for (const [i, count] of each.entries()) {
          const key = `${kind} ${id} ${cpus[i]}`
          const more = count - (before.get(key) ?? 0)
          before.set(key, count)
          if (!isFirst && more > 0)
            rows.push({ cpu: cpus[i]!, kind, name, count: more, ns: null, maxNs: null, ...NO_WAIT })
        }
      }
    }
    isFirst = false
    return rows
  }
}

/** All CPUs together. */
const countedKinds = (rows: readonly CpuRow[]): KindRow[] => {
  const kinds = new Map<string, KindRow>()
  for (const { kind, name, count } of rows) {
    const key = `${kind} ${name}`
    const sum = kinds.get(key)
    kinds.set(key, { kind, name, count: count! + (sum?.count ?? 0), ns: null, maxNs: null, latency: null })
  }
  return [...kinds.values()]
}
