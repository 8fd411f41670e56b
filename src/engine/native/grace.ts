// When the kernel has forgotten a hook that was taken away. Until then a program put there again waits for it (a grace
// period of RCU: a few ms, but up to seconds where the kernel's own thread for these gets no CPU), and the engine with it.
import koffi from 'koffi'

/** Of membarrier(2): returns once such a period has gone by. */
const GLOBAL = 1
const NUMBERS: Partial<Record<NodeJS.Architecture, number>> = { x64: 324, arm64: 283 }

type Syscall = { async(number: number, command: number, flags: number, cpu: number, done: () => void): void }

let call: Syscall | undefined

/** Waits in another thread. Resolves at once where the kernel does not say (with nohz_full). */
export const graceOver = (): Promise<void> =>
  new Promise((resolve) => {
    const number = NUMBERS[process.arch]
    if (number === undefined) return resolve()
    call ??= koffi
      .load(null)
      .func('int64_t syscall(int64_t number, int64_t command, int64_t flags, int64_t cpu)') as unknown as Syscall
    call.async(number, GLOBAL, 0, 0, () => resolve())
  })
