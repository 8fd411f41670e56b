// What panels of scripts take: memory and CPU of the whole tree, and of its bpftraces, with none, one, five and ten of the
// scripts that come with probetop on the overview beside its five panels.
import { sleepMs } from '../helpers/workload.ts'
import type { Figure } from './figures.ts'
import { cpuMs, nameOf, pssKib, tree } from './processes.ts'
import { OURS_WHOLE, startInTerminal } from './program.ts'

const WIDTH = 200
const HEIGHT = 50
const SCRIPTS = [
  ...['biosnoop', 'bitesize', 'cpudist', 'cpuwalk', 'faults'],
  ...['migrations', 'newtasks', 'profile', 'timers', 'wakeups'],
]
const COUNTS = [0, 1, 5, 10]
/** All have attached, and their start is no part of it. */
const SETTLED_MS = 30_000
const SETTLED_QUICK_MS = 12_000

export const scriptFigures = async (
  { rounds, seconds, quick }: { rounds: number; seconds: number; quick: boolean },
  say: (text: string) => void,
): Promise<Figure[]> => {
  const figures: Figure[] = []
  const note = (row: string, name: string, value: number): void => {
    const figure = figures.find((one) => one.row === row && one.name === name)
    if (figure) figure.values.push(value)
    else figures.push({ part: 'scripts', row, name, values: [value] })
  }
  for (let round = 0; round < rounds; round++)
    for (const count of COUNTS) {
      const row = count === 0 ? 'none' : `${count} script${count === 1 ? '' : 's'}`
      say(`scripts: ${row}`)
      const probes = SCRIPTS.slice(0, count).flatMap((name) => ['--probe', name])
      const panels = ['--panels', 'runq,offcpu,block,tcp,syscalls', '--script-memory', '0']
      const program = startInTerminal(WIDTH, HEIGHT, [...OURS_WHOLE, ...panels, ...probes])
      try {
        await sleepMs(quick ? SETTLED_QUICK_MS : SETTLED_MS)
        for (const [name, value] of await measure(program.child.pid!, seconds)) note(row, name, value)
      } finally {
        await program.quit()
      }
    }
  return figures
}

const measure = async (root: number, seconds: number): Promise<[name: string, value: number][]> => {
  const all = tree(root).slice(1)
  const before = all.map(cpuMs)
  const beganMs = performance.now()
  await sleepMs(seconds * 1000)
  const tookMs = performance.now() - beganMs
  const own = all.map((pid, index) => ({
    isScript: nameOf(pid).includes('bpftrace'),
    mb: pssKib(pid) / 1024,
    cpu: ((cpuMs(pid) - before[index]!) / tookMs) * 100,
  }))
  const sum = (of: typeof own, value: (one: (typeof own)[number]) => number): number =>
    of.reduce((total, one) => total + value(one), 0)
  const scripts = own.filter(({ isScript }) => isScript)
  return [
    ['bpftraces', scripts.length],
    ['PSS MB', sum(own, ({ mb }) => mb)],
    ['of it bpftrace', sum(scripts, ({ mb }) => mb)],
    ['CPU %', sum(own, ({ cpu }) => cpu)],
    ['of it bpftrace, %', sum(scripts, ({ cpu }) => cpu)],
  ]
}
