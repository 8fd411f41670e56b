// Memory that libbpf needs to load programs. It reads the kernel's types for each, 11 MB: while objects are loaded these come
// from the C library's heap, where the next finds what the one before has freed, and that from huge pages; else the kernel
// would hand it over anew page by page, which takes longer than all the rest. Afterwards what is free is given back, and what
// is large is again the kernel's.
import { existsSync, readFileSync } from 'node:fs'
import koffi from 'koffi'

/** All that starts together is loaded by then. */
const LATER_MS = 3000

/** Names are of mallopt(3) and madvise(2). */
const M_TRIM_THRESHOLD = -1
const M_MMAP_THRESHOLD = -3
const MADV_HUGEPAGE = 14
const MADV_NOHUGEPAGE = 15
/** From so many bytes on memory is asked of the kernel itself. The first is the most that glibc takes, the other what the keeper
 * (source/keeper.ts) has set, or else what glibc begins with. */
const WHILE_LOADING = 32 << 20
const ELSE = Number(process.env['MALLOC_MMAP_THRESHOLD_'] ?? 128 << 10)
/** So much may be free at the end of the heap before it shrinks; what glibc has if nobody says. */
const FREE_ELSE = 128 << 10
/** What the heap becomes with two at a time; what of it is not written takes nothing. */
const ROOM = 24 << 20
const MAPS = '/proc/self/maps'
/** In as many parts as there are kinds of pages. */
const HEAP = /^([0-9a-f]+)-([0-9a-f]+) .*\[heap\]$/gm

interface Memory {
  keep(): void
  giveBack(): void
}

let memory: Memory | undefined
let timer: NodeJS.Timeout | undefined

/** Before libbpf reads the kernel's types. */
export const keepForNext = (): void => {
  memory ??= bind()
  if (!timer) memory.keep()
  trimLater()
}

/** Once it has. */
export const trimLater = (): void => {
  clearTimeout(timer)
  timer = setTimeout(() => {
    timer = undefined
    memory?.giveBack()
  }, LATER_MS)
  timer.unref()
}

/** Other C libraries than glibc have no such functions, and no need of them. */
const bind = (): Memory => {
  try {
    const library = koffi.load('libc.so.6')
    const set = library.func('int mallopt(int what, int value)')
    const trim = library.func('int malloc_trim(size_t pad)')
    const malloc = library.func('uintptr_t malloc(size_t bytes)')
    const free = library.func('void free(uintptr_t at)')
    const madvise = library.func('int madvise(uintptr_t from, size_t bytes, int advice)')
    /** A kernel without huge pages, or without its /proc, leaves it as it is. */
    const heapIs = (advice: number): void => {
      if (!existsSync(MAPS)) return
      for (const [, from, to] of readFileSync(MAPS, 'latin1').matchAll(HEAP))
        madvise(parseInt(from!, 16), parseInt(to!, 16) - parseInt(from!, 16), advice)
    }
    return {
      keep: () => {
        set(M_MMAP_THRESHOLD, WHILE_LOADING)
        set(M_TRIM_THRESHOLD, 2 * ROOM)
        free(malloc(ROOM))
        heapIs(MADV_HUGEPAGE)
      },
      giveBack: () => {
        set(M_MMAP_THRESHOLD, ELSE)
        set(M_TRIM_THRESHOLD, FREE_ELSE)
        heapIs(MADV_NOHUGEPAGE)
        trim(0)
      },
    }
  } catch {
    return { keep() {}, giveBack() {} }
  }
}
