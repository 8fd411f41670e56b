// Reading files of others, one after the other: what is in memory at once is then that of one, and who watches knows
// which of them it was when it never ends or takes too much.

export interface Jobs {
  /** Throws Error at once for what was given up before. */
  run<T>(what: string, work: () => Promise<T>): Promise<T>
}

/** Without order, for one file alone. */
export const AT_ONCE: Jobs = { run: (_, work) => work() }

/** `onBegin` is told what begins, `onEnd` that something is over. */
export const createJobs = (givenUp: ReadonlySet<string>, onBegin: (what: string) => void, onEnd: () => void): Jobs => {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(what, work) {
      if (givenUp.has(what)) {
        onEnd()
        return Promise.reject(new Error('given up'))
      }
      const running = last.then(async () => {
        onBegin(what)
        return work()
      })
      last = running.then(onEnd, onEnd)
      return running
    },
  }
}
