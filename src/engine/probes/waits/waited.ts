// Which file an uninterruptible thread waits for: that of the page, fault or address which its stack in the kernel has, else
// that of its call's descriptor. A program may read from one file into a mapping of another.
import type { WaitedFile, Thread } from './thread.ts'
import type { Sources } from './link-parts.ts'

export interface Waited {
  path: string
  dev: number
  /** What it is in, as `page fault in pread64`. */
  does: string
  source: string
  isPage: boolean
  /** It may be one of several. */
  isLikely: boolean
}

const SOURCE: Record<WaitedFile['by'], string> = {
  nothing: '',
  page: 'page that it waits for',
  fault: 'mapping of the fault',
  address: 'mapping at the address given',
  request: 'request that it waits for',
}

const FAULT = 'page fault'

/** `functions`: of the kernel, that its stack consists of. */
export const waitedFile = (thread: Thread, functions: readonly string[], sources: Sources): Waited | undefined => {
  const { call, file, waited } = thread
  const isFault = call !== FAULT && functions.some((name) => name.startsWith('handle_mm_fault'))
  const hasOwn = file.kind === 'regular' || file.kind === 'other'
  const isOther =
    waited !== undefined &&
    waited.by !== 'request' &&
    // that of a fault may have been left on the stack by an earlier one
    (waited.by !== 'fault' || isFault || call === FAULT) &&
    !(hasOwn && (waited.kind === 'metadata' || (waited.ino === file.ino && waited.dev === file.dev)))
  if (isOther)
    return {
      path: sources.waitedPath(waited),
      dev: waited.dev,
      does: isFault ? `${FAULT} in ${call}` : call,
      source: SOURCE[waited.by],
      isPage: waited.by === 'page',
      isLikely: waited.by === 'address',
    }
  const path = hasOwn ? sources.path(thread) : undefined
  return path === undefined
    ? undefined
    : {
        path,
        dev: file.kind === 'regular' ? file.dev : 0,
        does: call,
        source: 'descriptor of the call',
        isPage: false,
        isLikely: false,
      }
}
