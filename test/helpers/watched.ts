// An engine that watches this machine while something happens on it, and what the verdict and the checklists say of that:
// each finding in its words, and whether where it leads shows what it is about.
import { readFileSync } from 'node:fs'
import { viewOf } from '../../src/model/view.ts'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { execa } from 'execa'
import { judge } from '../../src/app/checklist/judge.ts'
import { CHECKLISTS } from '../../src/app/checklist/steps.ts'
import type { Result } from '../../src/app/checklist-types.ts'
import type { Goal } from '../../src/app/rule.ts'
import { verdictOf, type Finding } from '../../src/app/verdict/verdict.ts'
import { planOf } from '../../src/model/scripts/plan.ts'
import { createStore, type Store } from '../../src/model/store.ts'
import { panelOf } from '../../src/panels/registry.ts'
import { PROBES as SCRIPTS } from '../../src/paths.ts'
import { engineCommand } from '../../src/source/keeper.ts'
import { createDecoder, encode } from '../../src/stream/codec.ts'
import type { DescribedId, ProbeId } from '../../src/stream/probe-ids.ts'
import { sleepMs } from './workload.ts'

interface Watching {
  probes: readonly string[]
  /** Of those that come with probetop. */
  scripts?: readonly string[]
  /** Words before the engine's command. */
  enter?: readonly string[]
}

interface Watched {
  store: Store
  findings(): Finding[]
  /** Rules that had what they need, and found nothing. */
  fine(): string[]
  /** What comes of the step that asks this rule, by this rule alone. */
  step(rule: string): Result
}

/** Until the test ends. */
export const watch = async (t: ExecutionContext, { probes, scripts = [], enter = [] }: Watching): Promise<Watched> => {
  const [file, ...args] = [...enter, ...engineCommand(), '--probes', '', '--interval', '1000', '--max-overhead', '0']
  const child = execa(file!, args, { reject: false, buffer: false, stdin: 'pipe', stderr: 'inherit' })
  t.teardown(() => child.kill('SIGKILL'))
  const store = createStore()
  const decoder = createDecoder((message) => store.add(message))
  child.stdout!.on('data', (chunk: Buffer) => decoder.push(chunk))
  const plans = scripts.map((name) =>
    planOf({ name, text: readFileSync(join(SCRIPTS, `${name}.bt`), 'utf8'), taken: () => false }),
  )
  for (const plan of plans) child.stdin!.write(encode({ cmd: 'script', plan }))
  const all = ['processes', 'sched', ...probes, ...scripts] as ProbeId[]
  const wanted = { ...Object.fromEntries(all.map((id) => [id, {}])), syscalls: { detail: true } }
  child.stdin!.write(encode({ cmd: 'want', intervalMs: 1000, probes: wanted }))
  const isThere = (id: ProbeId): boolean => store.latest(id) !== undefined
  // a bpftrace takes its time on a busy machine
  for (let i = 0; i < 1200 && !all.every(isThere); i++) await sleepMs(100)
  const silent = all.filter((id) => !isThere(id))
  if (silent.length > 0)
    throw new Error(`nothing of ${silent.map((id) => `${id}: ${JSON.stringify(store.status(id))}`)}`)
  return {
    store,
    findings: () => verdictOf(viewOf(store), {}).findings,
    fine: () => verdictOf(viewOf(store), {}).checks.flatMap(({ is, rule }) => (is === 'fine' ? [rule.id] : [])),
    step: (id) => {
      const step = CHECKLISTS.flatMap(({ steps }) => steps).find(({ rules }) => rules.some((rule) => rule.id === id))!
      return judge({ ...step, rules: step.rules.filter((rule) => rule.id === id) }, viewOf(store), {
        scripts: Object.fromEntries(scripts.map((name) => [name, name])),
      })
    },
  }
}

interface Expected {
  /** By rule of the verdict: what one of its findings says. */
  verdict?: Readonly<Record<string, RegExp>>
  /** By rule of a step. */
  steps?: Readonly<Record<string, RegExp>>
}

/** Waits until all of that was said, and looks where it leads. */
export const tripped = async (
  t: ExecutionContext,
  watched: Watched,
  { verdict = {}, steps = {} }: Expected,
  withinMs = 60_000,
): Promise<void> => {
  const missing = new Set([...Object.keys(verdict), ...Object.keys(steps).map((id) => `step ${id}`)])
  const heard = new Map<string, string>()
  for (const end = Date.now() + withinMs; missing.size > 0 && Date.now() < end; await sleepMs(250)) {
    const findings = watched.findings()
    for (const [id, says] of Object.entries(verdict)) {
      const own = findings.filter(({ rule }) => rule.id === id)
      if (own.length > 0) heard.set(id, own.map(({ sentence }) => sentence).join(' | '))
      const found = own.find(({ sentence }) => says.test(sentence))
      if (found && missing.delete(id)) leads(t, watched.store, id, found.to)
    }
    for (const [id, says] of Object.entries(steps)) {
      const result = watched.step(id)
      heard.set(`step ${id}`, result.sentence)
      if (result.is === 'look' && says.test(result.sentence) && missing.delete(`step ${id}`))
        leads(t, watched.store, id, result.to)
    }
  }
  for (const [what, sentence] of heard) t.log(`${what}: ${sentence}`)
  t.deepEqual(
    [...missing].map((what) => `${what}: ${heard.get(what) ?? checkOf(watched.store, what)}`),
    [],
  )
}

const checkOf = (store: Store, id: string): string => {
  const check = verdictOf(viewOf(store), {}).checks.find(({ rule }) => rule.id === id)
  return check === undefined ? 'nothing' : check.is === 'blind' ? check.why : check.is
}

/** The panel is there, with that tab, column and row. */
const leads = (t: ExecutionContext, store: Store, what: string, { panel: id, mode, sort, row }: Goal): void => {
  const panel = panelOf(id, store.specs())
  const modes = panel.modes.map((each) => each.id)
  t.true(mode === undefined || modes.includes(mode), `${what}: ${id} has no ${mode}`)
  const shown = mode ?? modes[0]!
  if (sort)
    t.true(
      panel.columns(shown, true).some((column) => column.id === sort.column),
      `${what}: ${sort.column}`,
    )
  if (!row) return
  const samples = store.samples(panel.probe as DescribedId, 10)
  const rows = samples.flatMap((sample) => panel.rows([sample], shown, true))
  t.true(
    rows.some(({ key, pid }) => key === row.key || (row.pid !== undefined && pid === row.pid)),
    `${what}: ${id} ${shown} has no row ${JSON.stringify(row)}`,
  )
}

/** For so long nothing is said of these words (names or numbers of processes), and then these steps are fine. */
export const silent = async (
  t: ExecutionContext,
  watched: Watched,
  { words, steps = [] }: { words: RegExp; steps?: readonly string[] },
  ms = 15_000,
): Promise<void> => {
  for (const end = Date.now() + ms; Date.now() < end; await sleepMs(250)) {
    const said = watched.findings().filter(({ sentence }) => words.test(sentence))
    if (said.length > 0) return t.fail(said.map(({ sentence }) => sentence).join(' | '))
  }
  t.pass()
  for (const id of steps) {
    const { is, sentence } = watched.step(id)
    t.log(`step ${id}: ${sentence}`)
    t.is(is, 'fine', sentence)
  }
}
