// Reading files of others, one after the other: what is in memory at once is then that of one, and who watches knows
// which of them it was when it never ends or takes too much. What is small goes first, so that a large one keeps few
// waiting.

export interface Jobs {
  /** Throws Error at once for what was given up before. `bytes`: about as much is read. */
  run<T>(what: string, work: () => Promise<T>, bytes?: number): Promise<T>
}

/** Without order, for one file alone. */
export const AT_ONCE: Jobs = { run: (_, work) => work() }

interface Waiting {
  bytes: number
  begin(): Promise<void>
}

/** `onBegin` is told what begins, `onEnd` that something is over. */
export const createJobs = (givenUp: ReadonlySet<string>, onBegin: (what: string) => void, onEnd: () => void): Jobs => {
  const waiting: Waiting[] = []
  let busy = false

  const next = (): void => {
    if (busy || waiting.length === 0) return
    let first = 0
    for (let i = 1; i < waiting.length; i++) if (waiting[i]!.bytes < waiting[first]!.bytes) first = i
    const [one] = waiting.splice(first, 1)
    busy = true
    void one!.begin().finally(() => {
      busy = false
      onEnd()
      next()
    })
  }

  return {
    run: (what, work, bytes = 0) =>
      new Promise((resolve, reject) => {
        if (givenUp.has(what)) {
          reject(new Error('given up'))
          return onEnd()
        }
        const begin = async (): Promise<void> => {
          onBegin(what)
          await work().then(resolve, reject)
        }
        waiting.push({ bytes, begin })
        next()
      }),
  }
}
