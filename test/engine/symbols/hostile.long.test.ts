// What a user can write to stop an engine that names functions, all of it at once: maps of run-time code of 64 MB, programs
// that share a large debug file, debug information without end, 64,000 mappings, links to what must not be opened. The
// engine stays on time and small, and others have their names.
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { ExecutionContext } from 'ava'
import type { Message } from '../../../src/stream/stream-types.ts'
import { orElse } from '../../../src/source/proc-stat.ts'
import { ROOT } from '../../../src/paths.ts'
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { elfFile } from '../../helpers/elf.ts'
import { startEngine } from '../../helpers/engine.ts'
import { inlinedProgram } from '../../helpers/inlined.ts'
import { until } from '../../helpers/programs.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { sleepMs } from '../../helpers/workload.ts'

const ATTACKER = 4001
const OTHER = 4002
const MAP_BYTES = 64 << 20
const LINKS = 8
const PROGRAMS = 60
const SYMBOLS = 2 ** 20
const MAPPINGS = 64_000
const WATCHED_MS = 15_000
const MB = 2 ** 20

const repeated = (line: string): Buffer => Buffer.alloc(MAP_BYTES, line)

/** Lines that are all about another address. */
const distinct = (): Buffer => {
  const bytes = Buffer.alloc(MAP_BYTES, '\n')
  for (let i = 1, at = 0; at + 16 < MAP_BYTES; i++) at += bytes.write(`${(i * 16).toString(16)} 1 f\n`, at, 'latin1')
  return bytes
}

const oneName = (): Buffer =>
  Buffer.concat([Buffer.from('1 1 _ZN'), repeated('1a').subarray(100), Buffer.from('17h0123456789abcdefE\n')])

/** A file with 2^20 functions at the address to which the files below are mapped, written piece by piece. */
const largeDebugFile = (path: string): number => {
  const symbols = Buffer.alloc(SYMBOLS * 24)
  for (let i = 0; i < SYMBOLS; i++) {
    symbols.writeUInt32LE(1, i * 24)
    symbols.writeUInt32LE(0x00010002, i * 24 + 4)
    symbols.writeUInt32LE(0x401000 + i * 16, i * 24 + 8)
    symbols.writeUInt32LE(16, i * 24 + 16)
  }
  const file = elfFile([['evil_function', 0x401000, 16]])
  // its table of symbols is put at the end, and the first section, which is that, told so
  const sections = Number(file.readBigUInt64LE(40))
  file.writeBigUInt64LE(BigInt(file.length), sections + 24)
  file.writeBigUInt64LE(BigInt(symbols.length), sections + 32)
  const fd = openSync(path, 'w')
  writeSync(fd, file)
  writeSync(fd, symbols)
  closeSync(fd)
  return crc32(symbols, crc32(file))
}

const uleb = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...uleb(Math.floor(value / 128))]

/** 40 units of a million functions each, a byte a function. */
const manyUnits = (): Buffer => {
  const abbreviations = Buffer.from([
    ...[1, 0x11, 1, 0x11, 1, 0x12, 7, 0, 0],
    ...[2, 0x2e, 0, 0x11, 0x21, ...uleb(0x401000), 0x12, 0x21, ...uleb(0x800), 0, 0, 0],
  ])
  const unit = Buffer.alloc(999_000 + 64, 2)
  unit.fill(0, 0, 29)
  unit.writeUInt32LE(unit.length - 4, 0)
  unit.writeUInt16LE(5, 4)
  unit[6] = 1
  unit[7] = 8
  unit[12] = 1
  unit.writeUInt32LE(0x401000, 13)
  unit.writeUInt32LE(0x1000, 21)
  unit[unit.length - 1] = 0
  return elfFile(
    [['main_of_many', 0x401000, 0x1000]],
    [
      ['.debug_abbrev', abbreviations],
      ['.debug_info', Buffer.concat(Array.from({ length: 40 }, () => unit))],
    ],
  )
}

/** The first 4 KB of the segment of such a file have to be there to be mapped. */
const padded = (file: Buffer): Buffer => Buffer.concat([file, Buffer.alloc(Math.max(0, 0x2000 - file.length))])

interface Cast {
  children: ChildProcess[]
  /** As another user, ready once it waits. */
  run(uid: number, command: readonly string[]): Promise<number>
}

const castOf = (t: ExecutionContext): Cast => {
  const children: ChildProcess[] = []
  t.teardown(() => {
    for (const child of children) child.kill('SIGKILL')
  })
  return {
    children,
    async run(uid, command) {
      const child = spawn('setpriv', ['--reuid', String(uid), '--regid', String(uid), '--clear-groups', ...command], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(child)
      let ready = false
      child.stdout!.on('data', () => (ready = true))
      if (command.includes('hostile') || command.some((word) => word.endsWith('/hostile'))) await until(() => ready)
      return child.pid!
    },
  }
}

const memoryOf = (pid: number): number =>
  orElse(0, () => Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1])) * 1024

/** For how long it was kept from running by others. */
const waitedMs = (pid: number): number =>
  orElse(0, () => Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[1]) / 1e6)

const childrenOf = (pid: number): number[] =>
  orElse('', () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1'))
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number)

type StacksSample = Extract<Message, { type: 'sample'; probe: 'stacks' }>

const namesOf = (sample: StacksSample, pid: number): string[] =>
  sample.data.stacks
    .filter((stack) => stack.pid === pid)
    .flatMap(({ user }) => user.map((index) => sample.data.frames[index]!.name))

bpfTest(
  'all that is hostile at once: on time, small, and others have their names',
  async (t) => {
    if (process.arch !== 'x64') return skip(t, 'the hostile program is written for x86-64')
    const folder = temporaryFolder(t)
    chmodSync(folder, 0o755)
    const at = (name: string): string => join(folder, name)
    const hostile = at('hostile')
    execFileSync('clang', ['-O1', '-mno-red-zone', '-o', hostile, join(ROOT, 'test/namer/fixtures/hostile.c')])
    inlinedProgram(at('good'))
    const crc = largeDebugFile(at('e.debug'))
    const link = Buffer.from('e.debug\0\0\0\0\0')
    link.writeUInt32LE(crc, 8)
    const programs = Array.from({ length: PROGRAMS }, (_, i) => at(`lib${i}.so`))
    for (const path of programs) writeFileSync(path, padded(elfFile([], [['.gnu_debuglink', link]])))
    writeFileSync(at('units.so'), padded(manyUnits()))

    const cast = castOf(t)
    const maps: string[] = []
    const jit = async (): Promise<string> => {
      const path = `/tmp/perf-${await cast.run(ATTACKER, [hostile, 'jit'])}.map`
      maps.push(path)
      return path
    }
    t.teardown(() => maps.forEach((path) => rmSync(path, { force: true })))
    for (const make of [() => repeated('1 1 a\n'), distinct, oneName]) {
      const path = await jit()
      writeFileSync(path, make())
      chownSync(path, ATTACKER, ATTACKER)
    }
    const [, second] = maps
    for (let i = 0; i < LINKS; i++) linkSync(second!, await jit())
    for (let i = 0; i < 2; i++) symlinkSync(second!, await jit())
    execFileSync('mkfifo', [at('fifo')])
    for (const place of [at('fifo'), '/dev/net/tun', '/proc/kmsg']) symlinkSync(place, await jit())
    await cast.run(ATTACKER, [hostile, 'files', ...programs])
    await cast.run(ATTACKER, [hostile, 'files', at('units.so')])
    await cast.run(ATTACKER, [hostile, 'mappings', String(MAPPINGS)])
    const good = [await cast.run(0, [at('good'), '30']), await cast.run(OTHER, [at('good'), '30'])]

    const { child, messages } = startEngine(t, 'stacks', '--interval', '1000')
    const samples = (): StacksSample[] =>
      messages.filter((one): one is StacksSample => one.type === 'sample' && one.probe === 'stacks')
    child.stdin!.write(
      `${JSON.stringify({ cmd: 'want', probes: { stacks: { mode: 'offcpu', thresholdNs: 0, wakers: false } } })}\n`,
    )
    await until(() => samples().length > 0)
    const [begunMs, first] = [performance.now(), samples().length]
    const most = { engine: 0, namer: 0, together: 0 }
    const named = new Map<number, number>()
    while (performance.now() - begunMs < WATCHED_MS) {
      const namers = childrenOf(child.pid!)
      const engine = memoryOf(child.pid!)
      most.engine = Math.max(most.engine, engine)
      const sizes = namers.map(memoryOf)
      most.namer = Math.max(most.namer, ...sizes)
      most.together = Math.max(
        most.together,
        sizes.reduce((sum, one) => sum + one, engine),
      )
      for (const pid of good) {
        const found = samples().findIndex((sample) => namesOf(sample, pid).includes('wait_innermost'))
        // on a machine that does other things, too, the namers wait for their turns
        const lateMs = (found + 1) * 1000 - Math.max(0, ...namers.map(waitedMs))
        if (found >= 0 && !named.has(pid)) named.set(pid, lateMs)
      }
      await sleepMs(100)
    }
    const ticks = messages.filter(({ type }) => type === 'host').map(({ atMs }) => atMs)
    const gaps = ticks.slice(first).map((atMs, i) => atMs - ticks[i + first - 1]!)
    const said = messages.flatMap((message) => (message.type === 'log' ? [message.text] : []))
    t.log(
      `longest gap ${Math.max(...gaps)} ms; engine ${Math.round(most.engine / MB)} MB, largest namer ` +
        `${Math.round(most.namer / MB)} MB, together ${Math.round(most.together / MB)} MB; names of others after ` +
        `${[...named.values()].map(Math.round).join(' and ')} ms, without what their namers waited for a CPU`,
    )
    t.log(said.join('\n'))
    t.true(Math.max(...gaps) <= 1100, `ticks ${gaps.join(' ')} ms apart`)
    t.true(most.engine <= 100 * MB, `engine ${most.engine / MB} MB`)
    for (const pid of good)
      t.true((named.get(pid) ?? Infinity) <= 3000, `${pid} has its names after ${named.get(pid)} ms`)
    for (const sample of samples().slice(-3)) {
      for (const pid of good)
        t.deepEqual(
          namesOf(sample, pid).filter((name) => /evil|^f$|^a$/.test(name)),
          [],
        )
    }
  },
  ['clang', 'setpriv'],
)
