// What the selected frame or thread is about, and so what may be entered from it, what Enter takes first: the stack
// that leads to it, its function wherever it is, its process.
import type { Selection, StacksOf } from '../../model/selection.ts'
import { nodeAt } from '../../model/stacks.ts'
import type { View } from '../../model/view.ts'
import type { AppState } from '../state-types.ts'
import { stackFacts, type StackFacts } from './stack-facts.ts'
import { selectedPath } from './move.ts'
import { selectedThread, threadRows, whereOf } from './threads.ts'

export const stackDrillTargets = (state: AppState, view: View): Selection[] => {
  const facts = stackFacts(state, view)
  if (!facts) return []
  return facts.page.mode === 'now' ? threadDrillTargets(facts, nameIn(view)) : frameDrillTargets(facts, nameIn(view))
}

type NameOf = (pid: number) => string | undefined

const nameIn = (view: View): NameOf => {
  const directory = view.directory()
  return (pid) => directory.find(pid)?.comm
}

const threadDrillTargets = (facts: StackFacts, nameOf: NameOf): Selection[] => {
  const rows = threadRows(facts, '')
  const row = rows[selectedThread(rows, facts)]
  if (!row) return []
  const { pid, tid, comm } = row.thread
  const where = whereOf(row.frames)
  return [
    { is: 'thread', pid, tid, comm },
    ...(where ? [{ is: 'function', frame: where } as const] : []),
    { is: 'process', pid, comm: nameOf(pid) ?? comm },
  ]
}

const frameDrillTargets = (facts: StackFacts, nameOf: NameOf): Selection[] => {
  const of = originOf(facts)
  const {
    page: { by, wakers, inverted },
    tree,
  } = facts
  const path = selectedPath(facts)
  const frames = path
    .map((_, index) => nodeAt(tree.root, path.slice(0, index + 1))!)
    .map(({ name, kind, module }) => ({ name, kind, ...(module === undefined ? {} : { module }) }))
  const last = frames.at(-1)
  if (!last || last.kind === 'others' || last.kind === 'separator') return []
  const [process] = inverted ? [] : frames
  const whose = process?.kind === 'group' ? processesOf(facts, process.name, nameOf) : []
  if (!inverted && path.length === 1) return whose
  const isCode = last.kind !== 'group' && !last.name.startsWith('[')
  return [
    { is: 'stack', frames, by, wakers, inverted, ...of },
    ...(isCode ? [{ is: 'function', frame: last, ...of } as const] : []),
    ...whose,
  ]
}

const originOf = ({ source }: StackFacts): { of?: StacksOf } =>
  source
    ? {
        of: {
          probe: source.panel.probe,
          table: source.from.table,
          pids: source.from.owners.some(({ dim }) => dim === 'pid'),
        },
      }
    : {}

/** The tree knows names only: one of this name, or all of them. Of a table what its rows say. */
const processesOf = ({ samples, source }: StackFacts, name: string, nameOf: NameOf): Selection[] => {
  if (source) {
    const { owners } = source.from
    const found = samples.flatMap(({ data }) => data.stacks.filter(({ comm, pid }) => comm === name && pid > 0))
    const all = new Set(found.map(({ pid }) => pid))
    const [pid] = all
    if (pid !== undefined) return all.size === 1 ? [{ is: 'process', pid, comm: nameOf(pid) ?? '' }] : []
    return owners.length === 1 && owners[0]!.dim === 'comm' ? [{ is: 'comm', comm: name }] : []
  }
  const pids = new Set(
    samples.flatMap(({ data }) =>
      data.stacks.filter(({ pid, comm }) => (nameOf(pid) ?? comm) === name).map(({ pid }) => pid),
    ),
  )
  const [pid] = pids
  return pid !== undefined && pids.size === 1 ? [{ is: 'process', pid, comm: name }] : [{ is: 'comm', comm: name }]
}
