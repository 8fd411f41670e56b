// Machines that are in states most never are in: throttled, stopped, held back, counted only, with nothing to tell. Of
// each what its panels, the page of a process and what stands out say.
import test from 'ava'
import { frameText } from '../../src/app/text.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import type { SchedProc } from '../../src/stream/sched-types.ts'
import { editedBlock } from '../helpers/block.ts'
import { golden } from '../helpers/golden.ts'
import { rolesText } from '../helpers/planes.ts'
import { editedSched } from '../helpers/sched.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { endMs, fakeStream } from '../helpers/stream.ts'

const TICKS = 20

const made = (change: (message: Message & { type: 'sample' }) => object): Message[] =>
  fakeStream({ ticks: TICKS, targetPid: 812, detail: true }).map((message) =>
    message.type === 'sample' ? ({ ...message, ...change(message) } as Message) : message,
  )

const procs = (change: (proc: SchedProc) => Partial<SchedProc>): Message[] =>
  made((message) =>
    message.probe === 'sched'
      ? {
          data: editedSched(message.data, (data) => ({
            procs: data.procs.map((proc) => ({ ...proc, ...change(proc) })),
          })),
        }
      : {},
  )

const of812 =
  (change: Partial<SchedProc>) =>
  ({ pid }: SchedProc): Partial<SchedProc> =>
    pid === 812 ? change : {}

const MACHINES: Record<string, Message[]> = {
  rare: procs(
    of812({
      throttledNs: 150e6,
      stoppedNs: 20e6,
      tracedNs: 30e6,
      frozenNs: 40e6,
      calls: [
        { call: 'futex', state: 'S', ns: 3e8 },
        { call: 'fsync', state: 'D', ns: 1e8 },
        { call: 'read', state: 'D', ns: 2e8 },
      ],
    }),
  ),
  held: procs(
    of812({ heldIo: { by: 'limit', threads: 2, ns: 9e8, cgroup: '/batch' }, uninterruptibleNs: 9e8, threads: 1 }),
  ),
  idle: procs(() => ({
    onCpuNs: 0,
    waitNs: 0,
    waits: 0,
    switches: 0,
    waitMaxNs: 0,
    uninterruptibleNs: 0,
    sleepNs: 0,
    calls: [],
  })),
  counted: made((message) => ({
    tier: { is: 'counted', why: 'it took 9 %', hint: 'b', retryMs: 20_000 },
    ...(message.probe === 'block'
      ? {
          data: editedBlock(message.data, (data) => ({
            procs: data.procs.map((proc) => ({ ...proc, latencyNs: null, latencyMaxNs: null, queuedNs: null })),
          })),
        }
      : {}),
  })),
  sampled: made(() => ({
    tier: { is: 'sampled', why: 'it took 9 %', hint: 'b', retryMs: 0, observed: 0.1, windows: 3, error: 0.2 },
  })),
  'no-io': made((message) =>
    message.probe === 'block'
      ? {
          data: editedBlock(message.data, (data) => ({
            procs: data.procs.map((proc) => ({
              ...proc,
              reads: 0,
              writes: 0,
              otherOps: 0,
              latencyNs: 0,
              latencyMaxNs: 0,
            })),
            disks: [],
          })),
        }
      : {},
  ),
  lossy: made((message) => ({ lost: message.atMs === endMs({ ticks: TICKS }) ? 300 : 1 })),
  shed: made(() => ({ shed: { why: 'it took 9 %', hint: 'b', retryMs: 5000 } })),
}

/** Keys to the pages that show it; of a process that of one that is in it. */
const WAYS: Record<string, string> = {
  rare: '2 m m m m|2|process',
  held: '2 m m|process|!',
  idle: '1|process',
  counted: '1|a|process',
  sampled: '2|process',
  'no-io': '3|process',
  lossy: '|!',
  shed: 'process',
}

for (const [name, messages] of Object.entries(MACHINES))
  test(name, (t) => {
    const pictures = WAYS[name]!.split('|').map((way) => {
      const screen = fakeScreen({ ticks: TICKS, messages, width: 120, height: 45 })
      if (way === 'process') screen.act({ do: 'enterProcess', pid: 812, comm: 'postgres' })
      else screen.press(...way.split(' ').filter((key) => key !== ''))
      const { grid } = screen.drawn()
      const filled = (text: string): string[] =>
        text.split('\n').flatMap((line) => (/^[│d ]*$|[░▒▓]/.test(line) ? [] : [line.trimEnd()]))
      return [`after ${way || 'nothing'}:`, ...filled(frameText(grid)), ...filled(rolesText(grid))].join('\n')
    })
    golden(t, `odd/${name}`, pictures.join('\n'))
  })
