// The built program in control groups that have little: a twentieth of a CPU, and memory that runs out. It goes on, and says
// what it lacks.
import type { ExecutionContext } from 'ava'
import { bpfTest } from '../helpers/bpf.ts'
import { controllerGroup, type ControllerGroup } from '../helpers/controller.ts'
import { engineOf, isLive, procFile } from '../helpers/live.ts'
import { isAlive, until } from '../helpers/programs.ts'
import { descendantsOf, openPty, PROGRAM, shellWords, type Pty } from '../helpers/pty.ts'
import { temporaryFolder } from '../helpers/temporary.ts'
import { compiled, startEndless } from '../helpers/workload.ts'

const MIB = 1 << 20
/** node alone takes a third of a second of CPU to start, which is seven of the group's. */
const START_MS = 120_000
/** The group runs for 5 ms in each 100 ms. */
const ANSWER_MS = 15_000

const startIn = (t: ExecutionContext, groups: readonly ControllerGroup[], args: readonly string[] = []): Pty => {
  const enter = groups.map((group) => group.enter).join('; ')
  const pty = openPty(`${enter}; exec ${shellWords([PROGRAM, ...args])}`, { cwd: temporaryFolder(t) })
  t.teardown(pty.close)
  return pty
}

const limitMemory = ({ version, write }: ControllerGroup, bytes: number): void =>
  write(version === 1 ? 'memory.limit_in_bytes' : 'memory.max', String(bytes))

const memoryOf = ({ version, read }: ControllerGroup): number =>
  Number(read(version === 1 ? 'memory.usage_in_bytes' : 'memory.current'))

/** Ends it; its group can be removed only once nobody is in it. */
const quit = async (t: ExecutionContext, pty: Pty): Promise<void> => {
  const pids = descendantsOf(pty.pid())
  pty.type('q')
  t.is(await pty.exited, 0)
  await until(() => !pids.some(isAlive), ANSWER_MS)
}

bpfTest(
  'with a twentieth of a CPU and 150 MB: frames come, keys are answered, and what it lacks is said',
  async (t) => {
    t.timeout(3 * START_MS)
    const cpu = controllerGroup(t, 'cpu')
    const memory = cpu && controllerGroup(t, 'memory')
    if (!cpu || !memory) return
    if (cpu.version === 1) cpu.write('cpu.cfs_quota_us', '5000')
    else cpu.write('cpu.max', '5000 100000')
    limitMemory(memory, 150 * MIB)

    const began = performance.now()
    const pty = startIn(t, [cpu, memory])
    await pty.until((text) => text.includes('LIVE'), START_MS)
    const firstMs = performance.now() - began
    await pty.until((text) => / (live|quiet|sampled|counted) [╮┬]/.test(text), START_MS)
    const dataMs = performance.now() - began
    // either by the screen, of what is late, or by what the kernel counts of the group
    await pty.until((text) => /nothing new for \d|CPU quota of 0\.05 used up/.test(text), START_MS)

    const answers: number[] = []
    for (const [key, shown] of [
      ['?', true],
      ['\x1b', false],
      ['?', true],
      ['\x1b', false],
    ] as const) {
      const pressed = performance.now()
      pty.type(key)
      await pty.until((text) => text.includes('╭ help ') === shown, ANSWER_MS)
      answers.push(performance.now() - pressed)
    }
    t.log(
      `first frame after ${(firstMs / 1000).toFixed(1)} s, data after ${(dataMs / 1000).toFixed(1)} s, keys answered within ${answers.map((ms) => (ms / 1000).toFixed(1)).join(', ')} s`,
    )
    await quit(t, pty)
  },
)

bpfTest(
  'memory of its group runs out: the engine is killed, not the screen, comes back, and what was missed is said',
  async (t) => {
    const memory = controllerGroup(t, 'memory')
    if (!memory) return
    const pty = startIn(t, [memory], ['0.5'])
    await pty.until(isLive, START_MS)
    const [screen, engine] = [pty.pid(), engineOf(pty.pid())]
    t.true(Number(procFile(engine, 'oom_score_adj')) > Number(procFile(screen, 'oom_score_adj')))

    limitMemory(memory, memoryOf(memory) + 30 * MIB)
    const grows = startEndless('sh', [
      '-c',
      `${memory.enter}; exec ${shellWords([compiled('grows', 'test/process/fixtures')])}`,
    ])
    try {
      await until(() => !isAlive(engine), 30_000)
    } finally {
      grows.kill('SIGKILL')
    }
    const beganMs = performance.now()
    await pty.until((text) => /memory ran out/.test(text), 5000)
    await pty.until((text) => /the engine is back: [\d.]+ s without a figure/.test(text))
    await pty.until(isLive)
    t.log(`live again ${((performance.now() - beganMs) / 1000).toFixed(1)} s after the engine was killed`)
    t.true(isAlive(screen))
    t.not(engineOf(screen), engine)
    await quit(t, pty)
  },
  ['clang'],
)
