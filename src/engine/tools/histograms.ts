// Histograms as tools of bcc draw them: a heading with the unit, a line a range with stars behind it; before the heading,
// where there are several, what this one is of (`disk = vda`, `pid = 7 bash`).
import type { KeyPart, ScriptMap } from '../../stream/script.ts'
import { DIMS } from '../../model/scripts/expression-words.ts'
import type { Bucket } from '../bpftrace/parse.ts'

const HEADING = /^ *(\S.{0,60}?) *: count +distribution *$/
const RANGE = /^ *(\d{1,20})(?: *-> *(\d{1,20}))? *: *(\d{1,20}) *\|[* +]{0,200}\|?$/
const SECTION = /^ *'?(\w[\w -]{0,30}?)'? *[=:] *(\S.{0,200})$/
const MOST_RANGES = 200

const WORTH: Readonly<Record<string, number>> = { nsecs: 1, ns: 1, usecs: 1e3, us: 1e3, msecs: 1e6, ms: 1e6, secs: 1e9 }
const SIZES: Readonly<Record<string, number>> = { bytes: 1, kbytes: 1024, kb: 1024 }

export interface DrawnHistogram {
  map: ScriptMap
  /** Of the section: '' where there is only one. */
  key: string
  buckets: Bucket[]
}

interface Histograms {
  /** `before`: the line before this one. True: it is of a histogram; false: it is not, and one that was open has ended. */
  line(text: string, before: string): boolean
  /** No more of the open one will come. */
  end(): void
  /** Those that are complete. */
  take(): DrawnHistogram[]
}

const MOST_KEPT = 4096

export const createHistograms = (): Histograms => {
  let open: DrawnHistogram | undefined
  let complete: DrawnHistogram[] = []

  const end = (): void => {
    if (open && open.buckets.length > 0 && complete.length < MOST_KEPT) complete.push(open)
    open = undefined
  }

  return {
    line(text, before) {
      const label = HEADING.exec(text)?.[1]
      if (label !== undefined) {
        end()
        open = begin(label, before)
        return true
      }
      const range = open && RANGE.exec(text)
      if (!range) {
        end()
        return false
      }
      const [, min, max = min, count] = range as unknown as [string, string, string | undefined, string]
      if (open!.buckets.length < MOST_RANGES)
        open!.buckets.push({ min: Number(min), max: Number(max), count: Number(count) })
      return true
    },
    end,
    take() {
      const taken = complete
      complete = []
      return taken
    },
  }
}

/** Whether a line may say what the next histogram is of. */
export const isSection = (line: string): boolean => SECTION.test(line)

const begin = (label: string, before: string): DrawnHistogram => {
  const unit = label.toLowerCase()
  const [, title, words] = SECTION.exec(before) ?? []
  const name = (title === undefined ? label : `${label}_${title}`).replace(/\W/g, '_').slice(0, 60)
  const { keys, key } = title === undefined ? { keys: [], key: '' } : keyOf(title, words!.trim())
  const measure = Object.hasOwn(WORTH, unit)
    ? ({ unit: 'ns', worth: WORTH[unit]! } as const)
    : Object.hasOwn(SIZES, unit)
      ? ({ unit: 'bytes', worth: SIZES[unit]! } as const)
      : ({ unit: 'count', worth: 1 } as const)
  return { map: { name: `@${name}`, does: 'hist', keys, ...measure, cleared: true }, key, buckets: [] }
}

/** `pid = 7 bash` names both; names are quoted by some. */
const keyOf = (title: string, words: string): { keys: KeyPart[]; key: string } => {
  const upper = title.toUpperCase()
  const [, number, comm] = /^(\d{1,10})(?: (.+))?$/.exec(words) ?? []
  if ((upper === 'PID' || upper === 'TID') && number !== undefined) {
    return {
      keys: [
        { title: upper, is: 'int', dim: DIMS[upper]! },
        { title: 'COMM', is: 'text', dim: 'comm' },
      ],
      key: `${number},${comm ?? ''}`,
    }
  }
  const dim = upper === 'DISK' ? ('disk' as const) : DIMS[upper.split(' ')[0]!]
  return {
    keys: [{ title: upper, is: 'text', ...(dim ? { dim } : {}) }],
    key: words.replace(/^b?'(.*)'$/, '$1').slice(0, 200),
  }
}
