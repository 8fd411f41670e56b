// Rows of processes as a tree: each below its parent, with what it and all below it add up to. A process that has no row of
// its own stands in the tree where several others hang on it.
import type { Directory, Entry } from '../model/directory.ts'
import type { View } from '../model/view.ts'
import type { Cell, Column, Row } from '../panels/panel-types.ts'
import { together } from './grouped.ts'

interface Node {
  pid: number
  row?: Row
  entry?: Entry
  below: Node[]
}

interface Cells {
  columns: readonly Column[]
  rows: readonly Row[]
}

const INDENT = ' '
/** Whoever is deeper is no further to the right. */
const DEEPEST = 12
const MOST_ANCESTORS = 64

/** `sorted`: brings rows next to each other into their order. */
export const treeOf = ({ columns, rows }: Cells, sorted: (rows: readonly Row[]) => Row[], view: View): Row[] => {
  const directory = view.directory()
  const nameAt = columns.findIndex(({ id }) => id === 'command')
  const summed = (node: Node): Row => {
    const members = membersOf(node)
    const cells = columns.map(({ id }, at): Cell => {
      if (id === 'pid') return node.pid
      if (id === 'command') return node.row?.cells[at] ?? node.entry?.comm ?? '?'
      const own = node.row?.cells[at]
      return typeof own === 'string' || members.length === 0 ? own : together(columns[at]!, at, members, undefined)
    })
    return { ...node.row, ...aboutOf(node), key: node.row?.key ?? `tree ${node.pid}`, cells }
  }
  const lines = (nodes: readonly Node[], depth: number): Row[] => {
    const rowOf = new Map(nodes.map((node) => [summed(node), node]))
    return sorted([...rowOf.keys()]).flatMap((row) => {
      const { below } = rowOf.get(row)!
      const name = INDENT.repeat(Math.min(depth, DEEPEST)) + String(row.cells[nameAt] ?? '')
      const comm = row.comm ?? String(row.cells[nameAt] ?? '')
      return [{ ...row, comm, cells: row.cells.with(nameAt, name) }, ...lines(below, depth + 1)]
    })
  }
  return [...lines(rootsOf(rows, directory), 0), ...sorted(rows.filter(({ pid }) => pid === undefined))]
}

/** What it adds up, where that is more than itself. */
const aboutOf = ({ pid, row, entry, below }: Node): Partial<Row> => {
  const startedMs = row?.startedMs ?? entry?.startedMs
  return {
    pid,
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(below.length === 0
      ? {}
      : {
          about: {
            is: 'tree',
            top: pid,
            comm: entry?.comm ?? row?.comm ?? '',
            ...(startedMs === undefined ? {} : { topMs: startedMs }),
          },
        }),
    ...(row ? {} : { role: 'dim' as const }),
  }
}

const membersOf = ({ row, below }: Node): Row[] => [...(row ? [row] : []), ...below.flatMap(membersOf)]

const rootsOf = (rows: readonly Row[], directory: Directory): Node[] => {
  const nodes = new Map<number, Node>()
  const roots: Node[] = []
  const nodeOf = (pid: number, startedMs?: number): Node => {
    const known = nodes.get(pid)
    if (known) return known
    const node: Node = { pid, entry: directory.find(pid, startedMs), below: [] }
    nodes.set(pid, node)
    return node
  }
  const placed = new Set<Node>()
  for (const row of rows) {
    if (row.pid === undefined) continue
    let node = nodeOf(row.pid, row.startedMs)
    node.row = node.row ? { ...row, ...node.row } : row
    // what was read at different times may lead in a circle
    const chain = new Set<number>()
    while (!placed.has(node)) {
      placed.add(node)
      chain.add(node.pid)
      const parent = node.entry?.parent
      if (!parent || chain.has(parent) || chain.size > MOST_ANCESTORS) {
        roots.push(node)
        break
      }
      const above = nodeOf(parent)
      above.below.push(node)
      node = above
    }
  }
  return roots.flatMap(withoutLinks)
}

/** One on which only one hangs, and that says nothing itself, is left out. */
const withoutLinks = (node: Node): Node[] => {
  const below = node.below.flatMap(withoutLinks)
  return !node.row && below.length === 1 ? below : [{ ...node, below }]
}
