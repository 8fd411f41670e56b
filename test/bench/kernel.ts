// What each tool adds to work in the kernel: the same work with nothing attached, with empty programs, with probetop's
// engine and with its peers; in turns, several rounds, each tool between two bare runs, as the machine's speed may change.
import type { Figure } from './figures.ts'
import { BARE } from './tables.ts'
import { absent, BARE_TOOL, start, withEmpty } from './tools.ts'
import type { Tool } from './tools.ts'
import { WORK } from './work.ts'
import type { Work } from './work.ts'

interface KernelOptions {
  rounds: number
  quick: boolean
  /** Tools wanted beside the bare run; all when empty. */
  only: readonly string[]
  /** Hears what is going on. */
  say(text: string): void
}

export const kernelFigures = async (
  parts: readonly string[],
  { rounds, quick, only, say }: KernelOptions,
): Promise<Figure[]> => {
  const chosen = WORK.filter(({ part }) => parts.includes(part))
  const work = chosen.filter(({ absent }) => !absent)
  const concerned = ({ part }: Work, { only }: Tool): boolean => !only || only.includes(part)
  const wanted = ({ name }: Tool): boolean => only.length === 0 || only.includes(name)
  const tools = (await withEmpty()).filter((tool) => wanted(tool) && work.some((one) => concerned(one, tool)))
  const figures = new Map<string, Figure>()
  const note = (part: string, row: string, name: string): Figure => {
    const key = `${part} ${row} ${name}`
    const figure = figures.get(key) ?? { part, row, name, values: [] }
    figures.set(key, figure)
    return figure
  }
  const doWork = (tool: Tool): Done[] =>
    work
      .filter((one) => concerned(one, tool))
      .flatMap(({ part, run }) => run(quick).map(([name, value]) => ({ part, name, value })))
  const doBare = (): Done[] => {
    const done = doWork(BARE_TOOL)
    for (const { part, name, value } of done) note(part, BARE, name).values.push(value)
    return done
  }
  const out = new Map<string, string>()
  for (const tool of tools) if (absent(tool).length > 0) out.set(tool.name, `not installed: ${absent(tool).join(' ')}`)
  const ends = work.map(({ begin }) => begin?.())

  let before = doBare()
  for (let round = 1; round <= rounds; round++) {
    for (const tool of tools.filter(({ name }) => !out.has(name))) {
      say(`round ${round} of ${rounds}: ${tool.name}`)
      const done = await withTool(tool, () => doWork(tool)).catch(
        (error: Error) => void out.set(tool.name, error.message),
      )
      const after = doBare()
      for (const { part, name, value } of done ?? []) {
        const figure = note(part, tool.name, name)
        figure.values.push(value)
        figure.bare = [...(figure.bare ?? []), (valueOf(before, part, name) + valueOf(after, part, name)) / 2]
      }
      before = after
    }
  }
  for (const end of ends) end?.()
  for (const tool of tools.filter(({ name }) => out.has(name))) {
    for (const { part } of work.filter((one) => concerned(one, tool))) {
      const { name } = before.find((one) => one.part === part)!
      Object.assign(note(part, tool.name, name), { values: [], bare: undefined, missing: out.get(tool.name) })
    }
  }
  for (const { part, absent: why } of chosen) if (why) Object.assign(note(part, BARE, 'work'), { missing: why })
  const order = [BARE, ...tools.map(({ name }) => name)]
  return [...figures.values()].sort((a, b) => order.indexOf(a.row) - order.indexOf(b.row))
}

/** One kind of work, done once. */
interface Done {
  part: string
  name: string
  value: number
}

const valueOf = (done: readonly Done[], part: string, name: string): number =>
  done.find((one) => one.part === part && one.name === name)!.value

const withTool = async <T>(tool: Tool, run: () => T): Promise<T> => {
  const running = await start(tool)
  try {
    return run()
  } finally {
    await running.stop()
  }
}
