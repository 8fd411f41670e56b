// What the whole tree of processes costs: this one, and everything it started. CPU comes from pidusage, which keeps the
// counters of the last call; memory is counted once where several share it.
import { existsSync, readFileSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import pidusage from 'pidusage'
import { fieldsOf, pidsIn, textOf } from '../source/proc-stat.ts'

export interface Cost {
  cpuPercent: number
  memoryBytes: number
}

/** Calls back with the cost every few seconds, starting soon. Gives the function that ends it. */
export const watchCost = (pid: number, everyMs: number, onCost: (cost: Cost) => void): (() => void) => {
  const findTree = treeFinder()
  const costOf = costMeter()
  let timer: NodeJS.Timeout | undefined
  let ended = false
  let first = true

  const measure = async (): Promise<void> => {
    const cost = await findTree(pid)
      .then(costOf)
      .catch(() => undefined)
    // pidusage's first answer is the average since each process began: starting up is not what running costs.
    if (cost && !first && !ended) onCost(cost)
    if (!ended) timer = setTimeout(() => void measure(), first ? Math.min(1500, everyMs) : everyMs)
    timer?.unref()
    first = false
  }

  timer = setTimeout(() => void measure(), 1000)
  timer.unref()
  return () => {
    ended = true
    clearTimeout(timer)
    pidusage.clear()
  }
}

/** Finds a process and all that descend from it: by the children that the kernel lists of each, where it does
 * (CONFIG_PROC_CHILDREN), started by first threads as all of ours are; else by the parents of all. */
export const treeFinder = (proc = '/proc') => {
  const byParents = parentsFinder(proc)
  return async (root: number): Promise<number[]> => {
    const tree = [root]
    for (const pid of tree) {
      const children = childrenOf(pid, proc)
      if (children === undefined) return byParents(root)
      tree.push(...children)
    }
    return tree
  }
}

/** None of one that has ended; undefined where the kernel does not list them. */
const childrenOf = (pid: number, proc: string): number[] | undefined => {
  try {
    return readFileSync(`${proc}/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return existsSync(`${proc}/${pid}/task/${pid}`) ? undefined : []
  }
}

/** Looks up parents; of each process once, as a machine can have thousands, and read at once: a trip to a thread takes
 * longer. */
const parentsFinder = (proc: string) => {
  let parents = new Map<number, number>()

  return async (root: number): Promise<number[]> => {
    const known = parents
    parents = new Map()
    let asked = 0
    for (const pid of pidsIn(proc)) {
      const parent = known.get(pid)
      parents.set(pid, parent ?? parentOf(pid, proc))
      if (parent === undefined && ++asked % MOST_AT_ONCE === 0) await nextTurn()
    }
    const tree = [root]
    for (const parent of tree) {
      for (const [pid, ppid] of parents) if (ppid === parent) tree.push(pid)
    }
    return tree
  }
}

const MOST_AT_ONCE = 100

const parentOf = (pid: number, proc: string): number => {
  const [, parent] = fieldsOf(textOf(`${proc}/${pid}/stat`))
  return Number(parent ?? 0)
}

/** So many measurements have the same memory: it changes slowly, and the kernel looks at every page of ours for it. */
const KEEP_MEMORY = 10

const costMeter = (): ((pids: number[]) => Promise<Cost>) => {
  let measured = 0
  let known = { key: '', bytes: 0 }
  return async (pids) => {
    const usages = Object.values(await pidusage(pids)).filter(Boolean)
    const key = `${Math.floor(measured++ / KEEP_MEMORY)} ${pids.join()}`
    if (known.key !== key) known = { key, bytes: memoryOf(pids) ?? usages.reduce((sum, { memory }) => sum + memory, 0) }
    return { cpuPercent: usages.reduce((sum, { cpu }) => sum + cpu, 0), memoryBytes: known.bytes }
  }
}

/** Shares of the pages that each maps (PSS). Of processes of others only sums may be read: then
 * each has what is its own, and the largest shared part counts once. Undefined where /proc tells neither. */
export const memoryOf = (pids: readonly number[], proc = '/proc'): number | undefined => {
  const shares = pids.map((pid) => shareOf(`${proc}/${pid}`))
  if (shares.every((bytes) => bytes !== undefined)) return sumOf(shares)
  const sizes = pids.flatMap((pid) => sizeOf(`${proc}/${pid}`) ?? [])
  return sizes.length === 0
    ? undefined
    : sumOf(sizes.map(({ own }) => own)) + Math.max(...sizes.map(({ shared }) => shared))
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

/** Undefined where it may not be read; 0 of one that has ended. */
const shareOf = (folder: string): number | undefined => {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`${folder}/smaps_rollup`, 'utf8'))?.[1] ?? 0) * 1024
  } catch (error) {
    return ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '') ? 0 : undefined
  }
}

/** Anonymous pages are its own, those of files and shared memory may be others' too. */
const sizeOf = (folder: string): { own: number; shared: number } | undefined => {
  try {
    const status = readFileSync(`${folder}/status`, 'utf8')
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024
    return { own: bytes('RssAnon'), shared: bytes('RssFile') + bytes('RssShmem') }
  } catch {
    return undefined
  }
}
