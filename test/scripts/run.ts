// Runs one script as the engine does, for some seconds, and says what became of it: how many of its hooks are attached,
// what its panel shows, how many rows came; or why it does not run.
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readFileSync } from 'node:fs'
import { FOLDERS } from '../../src/engine/proc/find-program.ts'
import { startScript } from '../../src/engine/bpftrace/script/probe.ts'
import { planOf } from '../../src/model/scripts/plan.ts'
import { EVENTS, TEXT } from '../../src/model/scripts/tabs.ts'
import { specOfScript } from '../../src/model/scripts/spec.ts'
import type { ScriptPlan } from '../../src/stream/script.ts'
import type { ProbeSpec } from '../../src/stream/spec.ts'
import { tablesData } from '../../src/stream/tables-check.ts'
import type { TablesData } from '../../src/stream/tables.ts'

export interface Ran {
  name: string
  attached: number
  of: number
  /** Tabs that had something to show. */
  shown: string[]
  /** Rows with something new in them, of all intervals. */
  rows: number
  lost: number
  notes: string[]
  /** Why it does not run. */
  reason?: string
  startMs?: number
}

export interface RunSettings {
  /** Where bpftrace is looked for first. */
  folder?: string
  seconds: number
  intervalMs?: number
  /** How long it may take until it is attached, where that is longer than the program allows. */
  startMs?: number
  /** Work to be seen. */
  onReady?(): void
  /** Before that time when this is so. */
  until?(ran: Ran): boolean
}

/** More than the probe itself waits. */
const MORE_MS = 40_000

export const planFor = (path: string, args: readonly string[] = []): ScriptPlan =>
  planOf({ name: basename(path).replace(/\.bt$/, ''), text: readFileSync(path, 'utf8'), args, taken: () => false })

export const runScript = async (
  plan: ScriptPlan,
  { folder, seconds, intervalMs = 1000, startMs, onReady, until = () => false }: RunSettings,
  onData: (data: TablesData, intervalMs: number | undefined) => void = () => {},
): Promise<Ran> => {
  const beganMs = performance.now()
  const spec = specOfScript(plan)
  const ran: Ran = { name: plan.id, attached: 0, of: plan.hooks.length, shown: [], rows: 0, lost: 0, notes: [] }
  const probe = startScript(
    plan,
    { objects: '', scripts: '', intervalMs, nowMs: () => performance.now(), log: () => {} },
    { unsafe: false, startMs, ...(folder === undefined ? {} : { folders: [folder, ...FOLDERS] }) },
  )
  try {
    while (!probe.ready!() && !probe.failure!() && performance.now() - beganMs < 2 * (startMs ?? 0) + MORE_MS)
      await sleep(20)
    if (probe.failure!()) return { ...ran, reason: probe.failure!()!.message }
    if (!probe.ready!()) return { ...ran, reason: 'it neither starts nor fails' }
    ran.startMs = Math.round(performance.now() - beganMs)
    onReady?.()
    const endMs = performance.now() + seconds * 1000
    let isRead = false
    while (performance.now() < endMs || !isRead) {
      if (performance.now() > endMs + MORE_MS) return { ...ran, reason: 'it does not answer' }
      await sleep(intervalMs)
      if (!probe.isLate!()) {
        isRead = true
        const { data, lost, intervalMs: spanMs } = probe.read()
        const wrong = tablesData(data)
        if (wrong) throw new Error(`${plan.id}: ${wrong}`)
        gather(ran, spec, data, plan)
        ran.lost += lost
        onData(data, spanMs)
      }
      if (probe.failure!()) return { ...ran, reason: probe.failure!()!.message }
      if (until(ran)) break
    }
    return ran
  } finally {
    await probe.close()
  }
}

/** `plan`: where it says more than the spec. */
export const gather = (
  ran: Ran,
  spec: ProbeSpec,
  { tables, totals, notes = [] }: TablesData,
  plan?: ScriptPlan,
): void => {
  ran.attached = totals.attached ?? 0
  ran.of = totals.hooks ?? 0
  ran.notes = notes
  for (const { id, table, label } of spec.panels[0]!.tabs) {
    const { columns, rows } = tables[table] ?? { columns: [], rows: [] }
    const n = columns.indexOf('n')
    // of what is not counted itself, that it is there
    const filled = rows.filter((row) => n < 0 || row[n] === null || Number(row[n]) > 0)
    if (filled.length === 0) continue
    ran.rows += filled.length
    const words = id === EVENTS ? 'events' : id === TEXT ? 'text' : plan ? `${kindOf(plan, id)} ${label}` : label
    if (!ran.shown.includes(words)) ran.shown.push(words)
  }
}

const kindOf = ({ maps }: ScriptPlan, tab: string): string => {
  const map = maps[Number(/^m(\d+)$/.exec(tab)?.[1] ?? NaN)]
  if (!map) return 'values:'
  return map.does === 'hist' || map.does === 'lhist' ? (map.keys.length > 0 ? 'heat map by key' : 'heat map') : 'table'
}
