// What off-CPU stacks of one busy process cost that process, and others: round trips between two threads that do
// nothing else, with the stacks of their process taken by probetop's engine (that probe alone) and by libbpf-tools'
// offcputime, and with those of another process taken, which is what the rest of the machine pays. In turns, each
// between two bare runs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { libbpfTool, thisHost } from '../../src/setup/packages.mjs'
import type { Command } from '../../src/stream/stream-types.ts'
import { loopsPath } from '../helpers/workload.ts'
import { untilAttached } from './attached.ts'
import type { Figure } from './figures.ts'
import { ENGINE } from './program.ts'
import { BARE } from './tables.ts'

const NAME = 'ns a round trip'
const OURS = 'probetop'
const PEER = 'offcputime -p'
const OTHER = 'of another process'

type Attach = (pid: number) => Promise<() => Promise<void>>

/** Round trips of a process that is there before anything is attached to it. */
const roundTrip = async (trips: number, attach: Attach): Promise<number> => {
  const loops = spawn(loopsPath(), ['pingthreads', String(trips)], { stdio: ['pipe', 'pipe', 'inherit'] })
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
  (of: (pid: number) => number): Attach =>
  async (pid) => {
    const child = spawn(process.execPath, [ENGINE, '--interval', '1000', '--probes', 'stacks', '--max-overhead', '0'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const want: Command = {
      cmd: 'want',
      target: { is: 'process', pid: of(pid) },
      stacks: { mode: 'offcpu', thresholdNs: 0, wakers: false },
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
  const tools: [row: string, attach: Attach | undefined][] = [
    [OURS, engine(itself)],
    [PEER, peer === undefined ? undefined : offcputime(peer, itself)],
    [`${OURS}, ${OTHER}`, engine(another)],
    [`${PEER}, ${OTHER}`, peer === undefined ? undefined : offcputime(peer, another)],
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
    const value = await roundTrip(trips, nothing)
    bare.values.push(value)
    return value
  }
  let before = await runBare()
  for (let round = 1; round <= rounds; round++) {
    for (const [index, [row, attach]] of tools.entries()) {
      if (!attach) continue
      say(`round ${round} of ${rounds}: stacks, ${row}`)
      figures[index]!.values.push(await roundTrip(trips, attach))
      const after = await runBare()
      figures[index]!.bare!.push((before + after) / 2)
      before = after
    }
  }
  return [bare, ...figures]
}
