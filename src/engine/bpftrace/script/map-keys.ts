// Takes the keys of a map apart, which bpftrace prints in one text with commas between. Stacks say by their lines where they
// end; parts that cannot have a comma are split off from both ends, and what is left belongs to the part that can.
import { cgroupPaths } from '../../proc/cgroups.ts'
import { isMeasured, measured, oneLine } from '../../../model/tables/stack-text.ts'
import type { KeyPart } from '../../../stream/script.ts'
import type { TableCell } from '../../../stream/tables.ts'

const LONGEST = 2000

let paths: ((id: number) => string | undefined) | undefined
/** Of all scripts. */
const sharedPaths = (id: number): string | undefined => (paths ??= cgroupPaths(() => performance.now()))(id)

/** Without what of its stacks is there only because they were measured: keys that differ in nothing else are one. */
export const withoutMeasuring = (key: string, parts: readonly KeyPart[]): string => {
  if (!isMeasured(key)) return key
  if (parts.length === 1) return plainStack(key)
  return key.replace(STACKS, (_, before: string, stack: string) => `${before}${plainStack(stack)}`)
}

/** As it was printed. */
const plainStack = (stack: string): string => {
  const lines = stack.split('\n').filter((line) => line.trim() !== '')
  return `\n${measured(lines, (line) => line.trim()).join('\n')}\n`
}

/** `groupOf`: the path of a control group by its number. */
export const splitKey = (key: string, parts: readonly KeyPart[], groupOf = sharedPaths): TableCell[] => {
  const cellOf = (text: string, part: KeyPart): TableCell =>
    (part.dim === 'cgroup' && /^\d+$/.test(text) && groupOf(Number(text))) || plainCell(text, part)
  if (parts.length === 1) return [cellOf(key, parts[0]!)]
  const stacks: string[] = []
  const rest = key.replace(STACKS, (_, before: string, stack: string) => `${before}\0${stacks.push(stack) - 1}`)
  const free = freePart(parts)
  const texts = new Array<string>(parts.length).fill('')
  let from = 0
  let to = rest.length
  for (let i = 0; i < free; i++) {
    const comma = rest.indexOf(',', from)
    if (comma < 0 || comma >= to) break
    texts[i] = rest.slice(from, comma)
    from = comma + 1
  }
  for (let i = parts.length - 1; i > free; i--) {
    const comma = rest.lastIndexOf(',', to - 1)
    if (comma < from) break
    texts[i] = rest.slice(comma + 1, to)
    to = comma
  }
  texts[free] = rest.slice(from, to)
  return texts.map((text, index) => cellOf(stacks[Number(/^\0(\d+)$/.exec(text)?.[1])] ?? text, parts[index]!))
}

/** Functions have commas in their names, but a stack that is not empty is in lines of its own. */
const STACKS = /(^|,)(\n[^]*?\n)(?=,|$)/g

const freePart = (parts: readonly KeyPart[]): number => {
  for (const is of ['text', 'any', 'stack'] as const) {
    const at = parts.findIndex((part) => part.is === is)
    if (at >= 0) return at
  }
  return 0
}

const plainCell = (text: string, { is }: KeyPart): TableCell => {
  if (is === 'int') {
    const number = text.trim() === '' ? NaN : Number(text)
    return Number.isFinite(number) ? number : null
  }
  return is === 'stack' ? oneLine(text) : text.slice(0, LONGEST)
}
