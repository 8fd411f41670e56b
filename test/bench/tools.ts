// What is compared: nothing, empty programs on probetop's hooks, probetop's engine, and its peers; how each is started,
// known to be ready, and ended.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { BUILD, ROOT } from '../../src/paths.ts'
import { libbpfTool, thisHost } from '../../src/setup/packages.mjs'
import { compileProbe } from '../../src/setup/probes.mjs'
import { hooksOf, untilAttached } from './attached.ts'
import { ENGINE } from './program.ts'
import { BARE } from './tables.ts'

export interface Tool {
  name: string
  /** Started together. */
  commands: readonly (readonly string[])[]
  /** Only of interest to these parts. */
  only?: readonly string[]
}

export interface Running {
  pids: number[]
  stop(): Promise<void>
}

export const OURS = 'probetop'
export const EMPTY = 'empty programs'
export const SCHEDULER = 'probetop with the scheduler alone'
/** Without its guard against overhead, which would take the probes out of the kernel in the middle of the work. */
const ENGINE_COMMAND = [process.execPath, ENGINE, '--interval', '1000', '--max-overhead', '0']
const LAST_WORDS_MS = 5000

const host = thisHost()
/** Distributions rename the libbpf-tools where bcc's have the same names; the plain name where there is none. */
const tool = (name: string, ...words: string[]): string[] => [libbpfTool(host, name) ?? name, ...words]
const script = (name: string): string[] => ['bpftrace', join(ROOT, 'test/bench', name)]

export const BARE_TOOL: Tool = { name: BARE, commands: [] }

export const TOOLS: readonly Tool[] = [
  { name: EMPTY, commands: [] }, // known once probetop's hooks are: see withEmpty
  { name: OURS, commands: [ENGINE_COMMAND] },
  { name: SCHEDULER, commands: [[...ENGINE_COMMAND, '--probes', 'sched']], only: ['switches'] },
  ...['kernel', 'memory'].map((panel) => ({
    name: `probetop with the ${panel} panel alone`,
    commands: [[...ENGINE_COMMAND, '--probes', panel]],
    only: ['switches'],
  })),
  { name: 'syscount', commands: [tool('syscount')], only: ['calls'] },
  {
    name: 'five libbpf-tools',
    commands: [
      tool('syscount'),
      tool('runqlat', '3600'),
      tool('offcputime', '3600'),
      tool('biolatency', '3600'),
      tool('tcpstates'),
    ],
  },
  { name: 'syscount.bt', commands: [script('syscount.bt')], only: ['calls'] },
  {
    name: 'five bpftrace scripts',
    commands: ['syscount.bt', 'runqlat.bt', 'offcputime.bt', 'biolatency.bt', 'tcpstates.bt'].map(script),
  },
]

/** The tools, with empty programs on just the hooks probetop's engine has programs on. */
export const withEmpty = async (): Promise<Tool[]> => {
  const object = 'test/empty.bpf.o'
  // they look at no register, so any architecture will do
  const trouble = await compileProbe({ source: 'test/bench/empty.bpf.c', object, define: '-D__TARGET_ARCH_x86' })
  if (trouble) throw new Error(trouble)
  const engine = await start({ name: OURS, commands: [ENGINE_COMMAND] })
  const hooks = hooksOf(engine.pids[0]!)
  await engine.stop()
  const command = [process.execPath, '--import=tsx', join(ROOT, 'test/bench/empty.ts'), join(BUILD, object), ...hooks]
  return TOOLS.map((one) => (one.name === EMPTY ? { ...one, commands: [command] } : one))
}

/** Commands of a tool that this machine does not have. */
export const absent = ({ commands }: Tool): string[] =>
  commands.map(([command]) => command!).filter((command) => !command.startsWith('/') && !host.has(command))

/** Starts all commands of a tool and waits until they are attached. Throws when one ends before. */
export const start = async ({ commands }: Tool): Promise<Running> => {
  // stdin stays open: the engine ends with it
  const children = commands.map(([command, ...words]) =>
    spawn(command!, words, { cwd: ROOT, stdio: ['pipe', 'ignore', 'pipe'] }),
  )
  const words = children.map((child) => {
    let text = ''
    child.stderr!.on('data', (data: Buffer) => (text = (text + data).slice(-2000)))
    return () => text
  })
  const gone = (): number => children.findIndex((child) => child.exitCode !== null || child.signalCode !== null)
  const stop = async (): Promise<void> => void (await Promise.all(children.map(stopped)))
  const pids = children.map((child) => child.pid!)
  if (children.length > 0 && !(await untilAttached(pids, () => gone() >= 0))) {
    const failed = gone()
    await stop()
    const why = failed < 0 ? 'did not attach' : `failed: ${words[failed]!().trim().split('\n').at(-1)}`
    throw new Error(`${commands[Math.max(0, failed)]!.join(' ')} ${why}`)
  }
  return { pids, stop }
}

const stopped = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    const timer = setTimeout(() => child.kill('SIGKILL'), LAST_WORDS_MS)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill('SIGINT')
  })
