// Stacks as tools of bcc print them: folded, one in a line with what it weighs (`bash;main;read 12`), or a frame a line, then
// who it was and how long (`-  bash (7)`, `12`). Both become rows: whose, the stack innermost first, how much.
import type { ScriptMap } from '../../stream/script.ts'

export interface WeighedStack {
  map: ScriptMap
  key: string
  weight: number
}

const US = { unit: 'ns', worth: 1000 } as const
const COUNT = { unit: 'count', worth: 1 } as const

const mapOf = (name: string, keys: ScriptMap['keys'], isTime: boolean): ScriptMap => ({
  name,
  does: 'sum',
  keys,
  ...(isTime ? US : COUNT),
  cleared: true,
})

const COMM = { title: 'COMM', is: 'text', dim: 'comm' } as const
const PID = { title: 'PID', is: 'int', dim: 'pid' } as const
const STACK = { title: 'STACK', is: 'stack', dim: 'stack' } as const
const MOST_STACKS = 4096
const MOST_FRAMES = 256
const LONGEST_FRAME = 300
const LONGEST_FOLDED = 16_384

/** Parts of a key are parted by commas, so those of a name go. */
const plain = (text: string): string => text.replaceAll(',', ' ').slice(0, 64)

/** The command, then frames from the outermost, then a number. `isTime`: in microseconds. */
export const foldedOf = (line: string, isTime: boolean): WeighedStack | undefined => {
  if (line.length > LONGEST_FOLDED || !/^\S/.test(line)) return undefined
  const blank = line.lastIndexOf(' ')
  const weight = line.slice(blank + 1)
  const [comm, ...frames] = line.slice(0, blank).split(';')
  if (blank < 0 || frames.length === 0 || !/^\d{1,18}$/.test(weight)) return undefined
  const stack = `\n${frames.slice(-MOST_FRAMES).reverse().join('\n')}\n`
  return { map: mapOf('@folded', [COMM, STACK], isTime), key: `${plain(comm!)},${stack}`, weight: Number(weight) }
}

interface Blocks {
  /** True: it is of a stack. */
  line(text: string): boolean
  take(): WeighedStack[]
}

/** A frame a line; what is printed so is time. */
export const createBlocks = (): Blocks => {
  let frames: string[] = []
  let who: { comm: string; pid: string } | undefined
  let complete: WeighedStack[] = []

  const clear = (): void => {
    frames = []
    who = undefined
  }

  return {
    line(text) {
      if (!/^ {4}/.test(text)) {
        clear()
        return false
      }
      const inside = text.trim()
      const [, comm, pid] = /^- +(\S.{0,40}?) \((\d{1,10})\)$/.exec(inside) ?? []
      if (comm !== undefined) who = { comm, pid: pid! }
      else if (who && /^\d{1,18}$/.test(inside)) {
        const key = `${who.pid},${plain(who.comm)},\n${frames.join('\n')}\n`
        if (complete.length < MOST_STACKS)
          complete.push({ map: mapOf('@stacks', [PID, COMM, STACK], true), key, weight: Number(inside) })
        clear()
      } else if (!who && frames.length < MOST_FRAMES) frames.push(inside.slice(0, LONGEST_FRAME))
      return true
    },
    take() {
      const taken = complete
      complete = []
      return taken
    },
  }
}
