// A selection says what everything shown is narrowed to. Several follow from one another (`all > node 4242 > futex`)
// and each narrows what the one before left.
import { MOST_TARGET_PIDS, type Target } from '../stream/target.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import { keyOf, type PathFrame, type PathOptions } from './stack-paths.ts'

export type Selection =
  /** `startedMs` as in SchedProc, where it is known: not another process that had the number, or got it later. */
  | { is: 'process'; pid: number; comm: string; startedMs?: number }
  | { is: 'thread'; pid: number; tid: number; comm: string; startedMs?: number }
  /** All processes of this name. */
  | { is: 'comm'; comm: string }
  /** A control group and those below it; a container is one, by its name. */
  | { is: 'cgroup'; path: string; container?: string }
  /** All processes of a user. */
  | { is: 'user'; uid: number; name: string }
  /** A process and all below it. */
  | { is: 'tree'; top: number; comm: string; topMs?: number }
  /** As asked for on the command line. When each was started, by its number, where it is known. */
  | { is: 'pids'; pids: readonly number[]; startsMs?: Readonly<Record<number, number>> }
  | { is: 'disk'; dev: string; name: string }
  /** The other end of TCP sessions. */
  | { is: 'peer'; address: string }
  /** Either end of TCP sessions. */
  | { is: 'port'; port: number }
  | { is: 'syscall'; name: string }
  /** Of system calls, by its name. */
  | { is: 'error'; name: string }
  /** One that is read from or written to disks, by its path. */
  | { is: 'file'; path: string }
  | { is: 'cpu'; cpu: number }
  /** Stacks that begin with these frames, as a tree with these options has them. */
  | ({ is: 'stack'; frames: readonly PathFrame[]; of?: StacksOf } & Pick<PathOptions, 'by' | 'wakers' | 'inverted'>)
  /** Stacks that have this frame, wherever it is. */
  | { is: 'function'; frame: PathFrame; of?: StacksOf }

/** Rows of this table are the stacks meant; absent: those that the kernel programs collect. */
export interface StacksOf {
  probe: ProbeId
  table: string
  /** It says which processes have them. */
  pids: boolean
}

/** Through frames: known only while stacks are collected. */
export type StackSelection = Selection & { is: 'stack' | 'function' }

/** The same selection has the same key. */
export const selectionKey = (selection: Selection | Target): string => {
  switch (selection.is) {
    case 'process':
      return `process ${selection.pid}`
    case 'thread':
      return `thread ${selection.tid}`
    case 'comm':
      return `comm ${selection.comm}`
    case 'cgroup':
      return `cgroup ${selection.path}`
    case 'user':
      return `user ${selection.uid}`
    case 'tree':
      return `tree ${selection.top}`
    case 'pids':
      return `${selection.pids.length === 1 ? 'process' : 'pids'} ${selection.pids.join(',')}`
    case 'disk':
      return `disk ${selection.dev}`
    case 'peer':
      return `peer ${selection.address}`
    case 'port':
      return `port ${selection.port}`
    case 'syscall':
      return `syscall ${selection.name}`
    case 'error':
      return `error ${selection.name}`
    case 'file':
      return `file ${selection.path}`
    case 'cpu':
      return `cpu ${selection.cpu}`
    case 'stack':
      return `stack ${ofKey(selection)}${selection.by} ${selection.wakers} ${selection.inverted} ${selection.frames.map(keyOf).join('\x01')}`
    case 'function':
      return `function ${ofKey(selection)}${keyOf(selection.frame)}`
  }
}

const ofKey = ({ of }: { of?: StacksOf }): string => (of ? `${of.probe}.${of.table} ` : '')

/** As the breadcrumb names it. Text from outside goes in as it is. */
export const selectionLabel = (selection: Selection): string =>
  `${selectionPrefix(selection)} ${selectionName(selection)}`.trimStart()

/** What it is called. */
export const selectionName = (selection: Selection): string => {
  switch (selection.is) {
    case 'process':
      return `${selection.comm || 'pid'} ${selection.pid}`
    case 'thread':
      return `${selection.comm} ${selection.tid}`
    case 'comm':
      return selection.comm
    case 'cgroup':
      return selection.container || selection.path
    case 'user':
      return selection.name
    case 'tree':
      return `${selection.comm || 'pid'} ${selection.top}`
    case 'pids':
      return selection.pids.join(',')
    case 'disk':
      return selection.name
    case 'peer':
      return selection.address
    case 'port':
      return String(selection.port)
    case 'syscall':
    case 'error':
      return selection.name
    case 'file':
      return selection.path
    case 'cpu':
      return String(selection.cpu)
    case 'stack':
    case 'function':
      return frameOf(selection)?.name ?? 'any'
  }
}

/** What stands before it; processes and system calls are known by their names. */
export const selectionPrefix = (selection: Selection): string => {
  switch (selection.is) {
    case 'process':
    case 'syscall':
      return ''
    case 'comm':
      return 'command'
    case 'pids':
      return 'pid'
    case 'tree':
      return 'tree of'
    case 'cpu':
      return 'CPU'
    case 'cgroup':
      return selection.container === undefined ? 'cgroup' : 'container'
    case 'stack':
      return stackPrefix(selection.frames)
    default:
      return selection.is
  }
}

/** What kind of thing it is, as in "not told apart by disk". */
export const SELECTION_WORDS: Record<Selection['is'], string> = {
  process: 'process',
  thread: 'thread',
  comm: 'command name',
  cgroup: 'cgroup',
  user: 'user',
  tree: 'process tree',
  pids: 'process',
  disk: 'disk',
  peer: 'peer',
  port: 'port',
  syscall: 'system call',
  error: 'error',
  file: 'file',
  cpu: 'CPU',
  stack: 'stack',
  function: 'stack',
}

export const isOfStacks = (selection: Selection): selection is StackSelection =>
  selection.is === 'stack' || selection.is === 'function'

/** The frame it is entered by. */
export const frameOf = (selection: StackSelection): PathFrame | undefined =>
  selection.is === 'stack' ? selection.frames.at(-1) : selection.frame

/** What the kernel programs are to be narrowed to: the innermost selection they can tell. */
export const targetOf = (selections: readonly Selection[]): Target | undefined =>
  selections.flatMap((selection) => asTarget(selection) ?? []).at(-1)

const asTarget = (selection: Selection): Target | undefined => {
  switch (selection.is) {
    case 'process':
      return { is: 'process', pid: selection.pid, ...since(selection) }
    case 'thread':
      return { is: 'thread', pid: selection.pid, tid: selection.tid, ...since(selection) }
    case 'comm':
      return { is: 'comm', comm: selection.comm }
    case 'cgroup':
      return { is: 'cgroup', path: selection.path }
    case 'pids':
      return selection.pids.length === 1
        ? { is: 'process', pid: selection.pids[0]! }
        : selection.pids.length <= MOST_TARGET_PIDS
          ? { is: 'pids', pids: selection.pids }
          : undefined
    default:
      return undefined
  }
}

export const sameTarget = (a: Target | undefined, b: Target | undefined): boolean =>
  a !== undefined && b !== undefined && selectionKey(a) === selectionKey(b) && sameStart(startOf(a), startOf(b))

/** Where either is not known, nothing speaks against it. */
export const sameStart = (a: number | undefined, b: number | undefined): boolean =>
  a === undefined || b === undefined || a === b

/** When its process was started. */
export const startOf = (selection: Selection | Target): number | undefined =>
  'startedMs' in selection ? selection.startedMs : undefined

/** Each process that is named, and when it was started. */
export const startsOf = (selection: Selection): ReadonlyMap<number, number | undefined> =>
  selection.is === 'pids'
    ? new Map(selection.pids.map((pid) => [pid, selection.startsMs?.[pid]]))
    : new Map('pid' in selection ? [[selection.pid, startOf(selection)]] : [])

const since = (selection: Selection): { startedMs?: number } => {
  const startedMs = startOf(selection)
  return startedMs === undefined ? {} : { startedMs }
}

/** A thread's name, a state or a waker has no code of its own. */
const stackPrefix = (frames: readonly PathFrame[]): string =>
  frames.at(-1)?.kind !== 'group'
    ? 'stack:'
    : frames.some(({ kind }) => kind === 'separator')
      ? 'woken by'
      : 'stacks of'

/** A cgroup or one below it. */
export const isWithin = (path: string | undefined, cgroup: string): boolean =>
  path !== undefined && (path === cgroup || path.startsWith(cgroup === '/' ? '/' : `${cgroup}/`))
