// Waits for a place in a program to be looked up, and looks at what was found.
import { setImmediate } from 'node:timers/promises'
import type { Place } from '../../src/namer/code-file.ts'

export const settled = async (look: () => Place | 'pending'): Promise<Place> => {
  for (;;) {
    const found = look()
    if (found !== 'pending' && !found.more) {
      for (const name of [found.name ?? '', ...found.inlined]) checkName(name)
      return found
    }
    await setImmediate()
  }
}

/** Names are shown: nothing that moves the cursor, nothing endless. */
export const checkName = (name: string): void => {
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) throw new Error(`a name that is not harmless: ${JSON.stringify(name)}`)
  if (name.length > 300) throw new Error(`a name of ${name.length} characters`)
}
