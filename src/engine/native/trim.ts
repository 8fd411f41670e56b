// Gives memory back that libbpf needed to load programs: it reads the kernel's types for each, and what it frees stays with
// the C library, some 11 MB.
import koffi from 'koffi'

/** All that starts together is loaded by then. */
const LATER_MS = 3000

let trim: (() => unknown) | undefined
let timer: NodeJS.Timeout | undefined

export const trimLater = (): void => {
  clearTimeout(timer)
  timer = setTimeout(() => {
    trim ??= bind()
    trim()
  }, LATER_MS)
  timer.unref()
}

/** Other C libraries than glibc have no such function, and no need of it. */
const bind = (): (() => unknown) => {
  try {
    const call = koffi.load('libc.so.6').func('int malloc_trim(size_t pad)')
    return () => call(0)
  } catch {
    return () => {}
  }
}
