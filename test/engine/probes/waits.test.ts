// The waits probe against programs that wait: one way, a deadlock, a line.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { start } from '../../../src/engine/probes/waits/probe.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { rowsOf, startHere } from '../../helpers/described-probe.ts'
import { sleepMs } from '../../helpers/workload.ts'
import { holds } from './holding.ts'
import { testWay } from './way-test.ts'
import { WAYS } from './ways.ts'
import { secondOf, testDeadlock, testItself } from './deadlock-test.ts'

testWay(WAYS[0]!)

testDeadlock(2)

testItself('mutex')

bpfTest(
  'threads in line behind one that sleeps: chains to its end, no deadlock, and one holder for each lock',
  async (t) => {
    const pairs = await holds(t, 'line', '6')
    const { sample, own, closed } = await secondOf(t, pairs)
    const rows = own('chains')
    const last = rows.find(({ tid }) => tid === pairs.at(-1)!.waiter)!
    t.is(String(last.chain).split(' -> ').length, 6, String(last.chain))
    t.regex(String(last.chain), / -> a signal$/)
    t.is(closed, 0)
    // no more than all of the interval that the sample says it is of
    t.is(Math.max(...rows.map(({ held }) => Number(held))), 1)
    t.true(rows.every(({ held, heldNs }) => Number(heldNs) < (held ? 1 : sample.intervalMs! * 1e6)))
    for (const { waiter, holder } of pairs)
      t.true(String(rows.find(({ tid }) => tid === waiter)!.holder).endsWith(` ${holder}`))
  },
  ['clang'],
)

const ADOPTS = `
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
parent = os.fork()
if parent == 0:
    child = os.fork()
    if child == 0:
        signal.pause()
    print(child, flush=True)
    sys.stdin.read(1)
    os._exit(0)
while True:
    os.wait()
`

bpfTest(
  'a child whose parent ends while it sleeps is known to be that of who adopts it',
  async (t) => {
    const waiter = spawn('python3', ['-c', ADOPTS], { stdio: ['pipe', 'pipe', 'inherit'] })
    const said = await once(waiter.stdout, 'data')
    const child = Number(String(said[0]))
    t.teardown(() => {
      waiter.kill('SIGKILL')
      process.kill(child, 'SIGKILL')
    })
    const probe = startHere(t, start, 'waits')
    const holder = () => rowsOf(probe.read(), 'chains').find(({ pid }) => pid === waiter.pid)?.holderPid
    const until = async (isMeant: (pid: unknown) => boolean): Promise<boolean> => {
      for (let i = 0; i < 100; i++) {
        await sleepMs(50)
        if (isMeant(holder())) return true
      }
      return false
    }
    t.true(await until((pid) => typeof pid === 'number' && pid !== child))
    waiter.stdin.write('x')
    t.true(await until((pid) => pid === child))
  },
  ['python3'],
)
