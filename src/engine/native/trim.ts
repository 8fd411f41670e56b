// Memory that libbpf needs to load programs. It reads the kernel's types for each, 11 MB: while objects are loaded these come
// from the C library's heap, where the next finds what the one before has freed; else the kernel would hand it over anew page
// by page, which takes longer than all the rest. Afterwards what is free is given back, and what is large is again the
// kernel's.
import koffi from 'koffi'

/** All that starts together is loaded by then. */
const LATER_MS = 3000

const M_MMAP_THRESHOLD = -3
/** From so many bytes on memory is asked of the kernel itself. The first is the most that glibc takes, the other what the keeper
 * (source/keeper.ts) has set, or else what glibc begins with. */
const WHILE_LOADING = 32 << 20
const ELSE = Number(process.env['MALLOC_MMAP_THRESHOLD_'] ?? 128 << 10)

interface Memory {
  setThreshold(bytes: number): void
  trim(): void
}

let memory: Memory | undefined
let timer: NodeJS.Timeout | undefined

/** Before libbpf reads the kernel's types. */
export const keepForNext = (): void => {
  memory ??= bind()
  if (!timer) memory.setThreshold(WHILE_LOADING)
  trimLater()
}

/** Once it has. */
export const trimLater = (): void => {
  clearTimeout(timer)
  timer = setTimeout(() => {
    timer = undefined
    memory?.setThreshold(ELSE)
    memory?.trim()
  }, LATER_MS)
  timer.unref()
}

/** Other C libraries than glibc have no such functions, and no need of them. */
const bind = (): Memory => {
  try {
    const library = koffi.load('libc.so.6')
    const set = library.func('int mallopt(int what, int value)')
    const trim = library.func('int malloc_trim(size_t pad)')
    return { setThreshold: (bytes) => void set(M_MMAP_THRESHOLD, bytes), trim: () => void trim(0) }
  } catch {
    return { setThreshold() {}, trim() {} }
  }
}
