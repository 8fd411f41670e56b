// What each tool adds to work in the kernel: the same work with nothing attached, with empty programs, with probetop's
// engine and with its peers; in turns, several rounds, so that a change of the machine's speed meets all of them.
import type { Figure } from './figures.ts'
import { BARE } from './tables.ts'
import { absent, start, withEmpty } from './tools.ts'
import type { Tool } from './tools.ts'
import { WORK } from './work.ts'
import type { Work } from './work.ts'

export interface KernelOptions {
  rounds: number
  quick: boolean
  /** Tools wanted beside the bare run; all when empty. */
  only: readonly string[]
  /** Hears what is going on. */
  say(text: string): void
}

export const kernelFigures = async (parts: readonly string[], { rounds, quick, only, say }: KernelOptions): Promise<Figure[]> => {
  const chosen = WORK.filter(({ part }) => parts.includes(part))
  const work = chosen.filter(({ absent }) => !absent)
  const concerned = ({ part }: Work, { only }: Tool): boolean => !only || only.includes(part)
  const wanted = ({ name }: Tool): boolean => only.length === 0 || name === BARE || only.includes(name)
  const tools = (await withEmpty()).filter((tool) => wanted(tool) && work.some((one) => concerned(one, tool)))
  const figures = new Map<string, Figure>()
  const note = (part: string, row: string, name: string): Figure => {
    const key = `${part} ${row} ${name}`
    const figure = figures.get(key) ?? { part, row, name, values: [] }
    figures.set(key, figure)
    return figure
  }
  const out = new Map<string, string>(tools.flatMap((tool) => (absent(tool).length > 0 ? [[tool.name, `not installed: ${absent(tool).join(' ')}`]] : [])))
  const names = new Map<string, string[]>()
  const ends = work.map(({ begin }) => begin?.())

  for (let round = 1; round <= rounds; round++) {
    for (const tool of tools.filter(({ name }) => !out.has(name))) {
      say(`round ${round} of ${rounds}: ${tool.name}`)
      try {
        const running = await start(tool)
        try {
          for (const one of work.filter((each) => concerned(each, tool))) {
            const values = one.run(quick)
            names.set(one.part, values.map(([name]) => name))
            for (const [name, value] of values) note(one.part, tool.name, name).values.push(value)
          }
        } finally {
          await running.stop()
        }
      } catch (error) {
        out.set(tool.name, (error as Error).message)
      }
    }
  }
  for (const tool of tools.filter(({ name }) => out.has(name))) {
    for (const one of work.filter((each) => concerned(each, tool))) {
      for (const name of names.get(one.part) ?? []) Object.assign(note(one.part, tool.name, name), { values: [], missing: out.get(tool.name) })
    }
  }
  for (const end of ends) end?.()
  for (const { part, absent } of chosen) if (absent) Object.assign(note(part, BARE, 'work'), { missing: absent })
  const order = tools.map(({ name }) => name)
  return [...figures.values()].sort((a, b) => order.indexOf(a.row) - order.indexOf(b.row))
}
