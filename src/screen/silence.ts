// While the screen is up nothing else may write to the terminal: what modules and Node itself have to say is kept, and
// the last of it is printed when the screen has gone.

const MOST_LINES = 50

interface Quiet {
  /** Writing works again; gives what was held back, oldest first. */
  end(): string[]
}

export const holdOutput = (): Quiet => {
  const held: string[] = []
  const hold = (text: string): void => {
    held.push(...text.split('\n').filter((line) => line.trim() !== ''))
    if (held.length > MOST_LINES) held.splice(0, held.length - MOST_LINES)
  }

  const write = process.stderr.write
  process.stderr.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    hold(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))
    for (const callback of rest) if (typeof callback === 'function') callback()
    return true
  }) as typeof write

  const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const
  const spoken = methods.map((method) => console[method])
  for (const method of methods) console[method] = (...words: unknown[]) => hold(words.map(String).join(' '))

  // Node prints its warnings past process.stderr
  const warners = process.listeners('warning')
  const onWarning = (warning: Error): void => hold(`${warning.name}: ${warning.message}`)
  process.removeAllListeners('warning')
  process.on('warning', onWarning)

  return {
    end: () => {
      process.stderr.write = write
      methods.forEach((method, i) => {
        console[method] = spoken[i]!
      })
      process.removeListener('warning', onWarning)
      for (const warner of warners) process.on('warning', warner)
      return held.splice(0)
    },
  }
}
