// What set-up tells the person in front of it. All of it goes to stderr: stdout belongs to the program.

/** @param {string} text */
export const say = (text) => void process.stderr.write(`${text}\n`)

/** A step that takes a while: says what it does, then how long it took. On a terminal the seconds count up.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} */
export const step = async (what, work) => {
  const startMs = performance.now()
  const seconds = () => Math.round((performance.now() - startMs) / 1000)
  const live = process.stderr.isTTY === true
  if (live) process.stderr.write(`${what} ...`)
  const timer = live ? setInterval(() => process.stderr.write(`\r${what} ... ${seconds()} s`), 1000) : undefined
  /** @param {string} outcome */
  const end = (outcome) => {
    clearInterval(timer)
    say(`${live ? '\r' : ''}${what}: ${outcome} after ${seconds()} s`)
  }
  try {
    const result = await work()
    end('done')
    return result
  } catch (error) {
    end('failed')
    throw error
  }
}
