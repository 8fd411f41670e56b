// What each of probetop's kernel programs takes, by the kernel's own statistics, which are on only while this measures.
// They cost some time themselves, most of it outside of what they count; the empty program on the same hook says how
// much is inside.
import { closeSync, readFileSync, readdirSync } from 'node:fs'
import koffi from 'koffi'
import { holdStatistics, runsIn } from '../../src/engine/native/work.ts'
import type { Figure } from './figures.ts'
import { EMPTY, OURS, start, withEmpty } from './tools.ts'
import { WORK } from './work.ts'

interface Program {
  row: string
  runs: number
  ns: number
}

/** All kinds of work, once each round. */
export const programFigures = async (rounds: number, say: (text: string) => void): Promise<Figure[]> => {
  const tools = await withEmpty()
  const figures = new Map<string, Figure>()
  const note = (row: string, name: string, value: number): void => {
    const figure = figures.get(row + name) ?? { part: 'programs', row, name, values: [] }
    figures.set(row + name, figure)
    figure.values.push(value)
  }
  const work = WORK.filter(({ absent }) => !absent)
  const ends = work.map(({ begin }) => begin?.())
  for (let round = 1; round <= rounds; round++) {
    for (const name of [OURS, EMPTY]) {
      say(`programs, round ${round} of ${rounds}: ${name}`)
      const running = await start(tools.find((tool) => tool.name === name)!)
      const release = holdStatistics()
      const before = programsOf(running.pids[0]!)
      for (const one of work) one.run(true)
      const after = programsOf(running.pids[0]!)
      release()
      await running.stop()
      for (const { row, runs, ns } of byRow(before, after)) {
        const title = name === EMPTY ? `${row.split(' ')[0]}, empty` : row
        note(title, 'ns a run', ns / runs)
        note(title, 'runs', runs)
      }
    }
  }
  for (const end of ends) end?.()
  return [...figures.values()].sort((a, b) => (a.row < b.row ? -1 : 1))
}

/** What ran in between; programs of one name on one hook, such as the iterators of two probes, together. */
const byRow = (before: ReadonlyMap<number, Program>, after: ReadonlyMap<number, Program>): Program[] => {
  const rows = new Map<string, Program>()
  for (const [id, { row, runs, ns }] of after) {
    const first = before.get(id)
    const sum = rows.get(row) ?? { row, runs: 0, ns: 0 }
    rows.set(row, { row, runs: sum.runs + runs - (first?.runs ?? 0), ns: sum.ns + ns - (first?.ns ?? 0) })
  }
  return [...rows.values()].filter(({ runs }) => runs > 0)
}

/** The programs a process holds, by the kernel's number, with their hook and name. */
const programsOf = (pid: number): Map<number, Program> => {
  const texts = readdirSync(`/proc/${pid}/fdinfo`).map((fd) => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))
  const programs = new Map<number, Program>()
  for (const text of texts) {
    const runs = runsIn(text)
    if (runs && /^prog_type:/m.test(text)) programs.set(runs.id, { row: nameOf(runs.id), runs: runs.runs, ns: runs.ns })
  }
  for (const text of texts) {
    const hook =
      /^tp_name:\s*(\S+)/m.exec(text)?.[1] ??
      (/^link_type:\s*iter$/m.test(text) ? `iter/${/^target_name:\s*(\S+)/m.exec(text)?.[1]}` : undefined)
    const program = programs.get(runsIn(text)?.id ?? -1)
    if (program && hook) program.row = `${hook} (${program.row})`
  }
  return programs
}

/** From struct bpf_prog_info. */
const NAME = { at: 64, bytes: 16 }

const nameOf = (id: number): string => {
  const library = koffi.load('libbpf.so.1')
  const open = library.func('int bpf_prog_get_fd_by_id(uint32_t id)')
  const ask = library.func('bpf_obj_get_info_by_fd', 'int', ['int', 'void *', koffi.inout(koffi.pointer('uint32_t'))])
  const info = Buffer.alloc(NAME.at + NAME.bytes)
  const fd: number = open(id)
  if (fd < 0 || ask(fd, info, [info.length]) < 0) return `program ${id}`
  closeSync(fd)
  return info.toString('latin1', NAME.at).replace(/\0.*$/s, '')
}
