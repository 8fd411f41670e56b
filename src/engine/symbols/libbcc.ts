// The one binding to libbcc.so.0, which reads the symbols of a process's files, those in other mount namespaces too.
// All calls run beside the engine, as large files take it seconds; for one process one after the other, and of all
// processes two at a time, so that a small one need not wait for a large one.
import koffi from 'koffi'
import { readable } from './names.ts'

export interface Resolver {
  /** The function at an address; undefined when its file does not tell. */
  name(address: number): Promise<string | undefined>
  /** New files may have been loaded. */
  refresh(): Promise<void>
  free(): void
}

export const LIBBCC_MEND = 'install libbpfcc (Debian, Ubuntu), bcc (Fedora, Arch), or libbcc0 (openSUSE)'

const FUNCTIONS = (1 << 2) | (1 << 10) // STT_FUNC, STT_GNU_IFUNC

const bind = () => {
  const lib = koffi.load('libbcc.so.0')
  const option = koffi.struct({ useDebugFile: 'int', checkCrc: 'int', lazy: 'int', types: 'uint32_t' })
  return {
    symbol: koffi.struct({ name: 'const char *', demangled: 'const char *', module: 'const char *', offset: 'uint64_t' }),
    create: lib.func('bcc_symcache_new', 'void *', ['int', koffi.pointer(option)]),
    free: lib.func('void bcc_free_symcache(void *cache, int pid)'),
    resolve: lib.func('int bcc_symcache_resolve(void *cache, uint64_t address, void *symbol)'),
    freeName: lib.func('void bcc_symbol_free_demangle_name(void *symbol)'),
    refresh: lib.func('void bcc_symcache_refresh(void *cache)'),
  }
}

const RELEASED = new Error('released')

let bound: ReturnType<typeof bind> | undefined
let absent = false

const libbcc = (): ReturnType<typeof bind> | undefined => {
  if (absent) return undefined
  try {
    return (bound ??= bind())
  } catch {
    absent = true
    return undefined
  }
}

export const hasLibbcc = (): boolean => libbcc() !== undefined

const MOST_AT_ONCE = 2
let running = 0
const waiting: (() => void)[] = []

/** Calls that use the library wait for one of few places. */
const placed = async <T>(work: () => Promise<T>): Promise<T> => {
  if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  else running++
  try {
    return await work()
  } finally {
    const next = waiting.shift() // takes over the place
    if (next) next()
    else running--
  }
}

/** One after the other. */
const queue = (): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(() => placed(work))
    last = result.catch(() => undefined)
    return result
  }
}

const later = <T>(call: { async: (...args: unknown[]) => void }, ...args: unknown[]): Promise<T> =>
  new Promise((resolve, reject) => call.async(...args, (error: unknown, value: T) => (error ? reject(error) : resolve(value))))

/** Of a process as it is now; undefined without the library. */
export const openResolver = (pid: number): Resolver | undefined => {
  const lib = libbcc()
  if (!lib) return undefined
  const inTurn = queue()
  const symbol = Buffer.alloc(koffi.sizeof(lib.symbol))
  let freed = false
  const made = inTurn(async () => {
    if (freed) throw RELEASED
    return later<object>(lib.create, pid, { useDebugFile: 1, checkCrc: 0, lazy: 1, types: FUNCTIONS })
  })
  made.catch(() => undefined)
  return {
    name: (address) =>
      inTurn(async () => {
        const cache = await made
        if (freed) throw RELEASED // nobody waits for it any more
        if (!cache || (await later<number>(lib.resolve, cache, address, symbol)) !== 0) return undefined
        const { name, demangled } = koffi.decode(symbol, lib.symbol) as { name: string | null; demangled: string | null }
        lib.freeName(symbol)
        return readable(demangled ?? name ?? '') || undefined
      }),
    refresh: () => inTurn(async () => later<void>(lib.refresh, await made)),
    free() {
      freed = true
      inTurn(async () => lib.free(await made, pid)).catch(() => undefined)
    },
  }
}
