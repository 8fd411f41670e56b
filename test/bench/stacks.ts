// What off-CPU stacks of one busy process cost that process, and others: round trips between two threads that do
// nothing else, with the stacks of their process taken by probetop's engine (that probe alone) and by libbpf-tools'
// offcputime, and with those of another process taken, which is what the rest of the machine pays; and of a program some
// functions deep, with frame pointers that alone are followed, and without, by .eh_frame. In turns, each between two bare
// runs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUILD, PROBES_BUILT } from '../../src/paths.ts'
import { libbpfTool, thisHost } from '../../src/setup/packages.mjs'
import type { Command } from '../../src/stream/stream-types.ts'
import { compiled, loopsPath } from '../helpers/workload.ts'
import { untilAttached } from './attached.ts'
import type { Figure } from './figures.ts'
import { ENGINE } from './program.ts'
import { BARE } from './tables.ts'

const NAME = 'ns a round trip'
const OURS = 'probetop'
const PEER = 'offcputime -p'
const OTHER = 'of another process'
const DEEP = 16
export const POINTERS = `${OURS}, ${DEEP} deep, by frame pointers`
export const EH_FRAME = `${OURS}, ${DEEP} deep, by .eh_frame`

interface Program {
  path: string
  /** Functions above the one that waits. */
  depth: number
}

const flat = (): Program => ({ path: loopsPath(), depth: 0 })
const deep = (option: string, as: string): Program => ({
  path: compiled('loops', 'test/bench', ['-pthread', option], as),
  depth: DEEP,
})

/** As where the kernel refuses to go by anything else. */
const byPointersAlone = (): readonly string[] => {
  const folder = join(BUILD, 'test', 'by-pointers')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'stacks.bpf.o'), '')
  copyFileSync(join(PROBES_BUILT, 'stacks_plain.bpf.o'), join(folder, 'stacks_plain.bpf.o'))
  return ['--objects', folder]
}

type Attach = (pid: number) => Promise<() => Promise<void>>

/** Round trips of a process that is there before anything is attached to it. */
const roundTrip = async (trips: number, attach: Attach, { path, depth }: Program): Promise<number> => {
  const loops = spawn(path, ['pingthreads', String(trips), String(depth)], { stdio: ['pipe', 'pipe', 'inherit'] })
  let said = ''
  loops.stdout.on('data', (text) => (said += text))
  const ended = once(loops, 'exit')
  const detach = await attach(loops.pid!)
  loops.stdin.write('\n')
  await ended
  await detach()
  return Number(said)
}

const nothing: Attach = async () => async () => {}

const itself = (pid: number): number => pid
const another = (): number => process.pid

const engine =
  (of: (pid: number) => number, more: readonly string[] = []): Attach =>
  async (pid) => {
    const words = ['--interval', '1000', '--probes', 'stacks', '--max-overhead', '0', ...more]
    const child = spawn(process.execPath, [ENGINE, ...words], { stdio: ['pipe', 'pipe', 'inherit'] })
    const want: Command = {
      cmd: 'want',
      target: { is: 'process', pid: of(pid) },
      probes: { stacks: { mode: 'offcpu', thresholdNs: 0, wakers: false } },
    }
    child.stdin.write(`${JSON.stringify(want)}\n`)
    // the first sample comes when it is attached and the kernel's symbols are read
    let said = ''
    for await (const text of child.stdout.iterator({ destroyOnReturn: false })) {
      said += text
      if (said.includes('"probe":"stacks","atMs"')) break
    }
    child.stdout.resume()
    return async () => {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    }
  }

const offcputime =
  (command: string, of: (pid: number) => number): Attach =>
  async (pid) => {
    const child = spawn(command, ['-p', String(of(pid))], { stdio: 'ignore' })
    await untilAttached([child.pid!], () => child.exitCode !== null)
    return async () => {
      const ended = once(child, 'exit')
      child.kill('SIGINT')
      await ended
    }
  }

export const stackFigures = async (rounds: number, quick: boolean, say: (text: string) => void): Promise<Figure[]> => {
  const trips = quick ? 50_000 : 200_000
  const peer = libbpfTool(thisHost(), 'offcputime')
  const tools: [row: string, attach: Attach | undefined, program: Program][] = [
    [OURS, engine(itself), flat()],
    [PEER, peer === undefined ? undefined : offcputime(peer, itself), flat()],
    [`${OURS}, ${OTHER}`, engine(another), flat()],
    [`${PEER}, ${OTHER}`, peer === undefined ? undefined : offcputime(peer, another), flat()],
    [POINTERS, engine(itself, byPointersAlone()), deep('-fno-omit-frame-pointer', 'loops-pointers')],
    [EH_FRAME, engine(itself), deep('-fomit-frame-pointer', 'loops-none')],
  ]
  const bare: Figure = { part: 'stacks', row: BARE, name: NAME, values: [] }
  const figures = tools.map(([row, attach]): Figure => ({
    part: 'stacks',
    row,
    name: NAME,
    values: [],
    bare: [],
    ...(!attach && { missing: 'not installed: offcputime' }),
  }))
  const runBare = async (): Promise<number> => {
    const value = await roundTrip(trips, nothing, flat())
    bare.values.push(value)
    return value
  }
  let before = await runBare()
  for (let round = 1; round <= rounds; round++) {
    for (const [index, [row, attach, program]] of tools.entries()) {
      if (!attach) continue
      say(`round ${round} of ${rounds}: stacks, ${row}`)
      figures[index]!.values.push(await roundTrip(trips, attach, program))
      const after = await runBare()
      figures[index]!.bare!.push((before + after) / 2)
      before = after
    }
  }
  return [bare, ...figures]
}
