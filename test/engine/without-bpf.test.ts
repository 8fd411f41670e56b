// What is told without programs and without rights, against what is known: a program that works and waits, sockets with a
// known number of bytes; and probes that cannot run in full say why and go on so.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import test from 'ava'
import { addAll } from '../../src/engine/probes/tcp/sock-diag.ts'
import { openProcCounted } from '../../src/engine/proc/counted.ts'
import { start as startTcp } from '../../src/engine/probes/tcp/without-bpf.ts'
import { ProbeError } from '../../src/engine/base/probe.ts'
import type { RunningProbe } from '../../src/engine/base/probe.ts'
import { orProc } from '../../src/engine/tiers.ts'
import { schedstat } from '../helpers/schedstat.ts'
import { execTables } from '../helpers/exec.ts'
import { skip } from '../helpers/bpf.ts'
import { rowsOf } from '../helpers/described-probe.ts'
import { probeContext, sleepMs, startEndless } from '../helpers/workload.ts'

test('time on CPUs and waiting for one is what schedstat says, of all threads', async (t) => {
  const children = [0, 1, 2].map(() => startEndless('sh', ['-c', 'while :; do :; done']))
  t.teardown(() => children.forEach((child) => child.kill('SIGKILL')))
  await sleepMs(100)
  const counted = openProcCounted()
  const outer = children.map(({ pid }) => schedstat(pid!))
  counted.read()
  const inner = children.map(({ pid }) => schedstat(pid!))
  await sleepMs(700)
  const innerEnd = children.map(({ pid }) => schedstat(pid!))
  const procs = counted.read()
  const outerEnd = children.map(({ pid }) => schedstat(pid!))
  for (const [i, { pid }] of children.entries()) {
    const proc = procs.find((each) => each.pid === pid)!
    t.is(proc.comm, 'sh')
    for (const [field, ours] of [
      [0, proc.cpuNs],
      [1, proc.waitNs],
      [2, proc.waits],
    ] as const) {
      t.true(ours >= innerEnd[i]![field]! - inner[i]![field]!, `${field}: ${ours}`)
      t.true(ours <= outerEnd[i]![field]! - outer[i]![field]!, `${field}: ${ours}`)
    }
  }
  const own = procs.find(({ pid }) => pid === process.pid)!
  t.true(own.threads > 1 && own.cgroup !== undefined)
})

test('sockets over netlink: bytes, owner, listener; and what came and went is counted', async (t) => {
  const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const probe = startTcp({ ...probeContext, object: '' })
  const socket: Socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  await sleepMs(20)
  probe.read()
  socket.write(Buffer.alloc(54_321))
  await sleepMs(50)
  const data = probe.read()
  t.deepEqual(data.tier, { is: 'counted' })
  const sessions = rowsOf(data, 'sessions')
  t.like(
    sessions.find(({ remotePort, state }) => remotePort === port && state === 'ESTABLISHED'),
    { outBytes: 54_321, inBytes: 0, local: '127.0.0.1', remote: '127.0.0.1', family: 4 },
  )
  t.like(
    sessions.find(({ localPort, state }) => localPort === port && state === 'ESTABLISHED'),
    { inBytes: 54_321, outBytes: 0 },
  )
  t.true(rowsOf(data, 'listeners').some(({ localPort, backlogMax }) => localPort === port && Number(backlogMax) > 0))
})

test('without programs queues and what limits a session are known, too', async (t) => {
  const server = createServer((socket) => socket.pause())
  t.teardown(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const probe = startTcp({ ...probeContext, object: '' })
  const socket: Socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  // more than both ends keep
  socket.write(Buffer.alloc(32 * 1024 * 1024))
  await sleepMs(300)
  probe.read()
  await sleepMs(300)
  const sessions = rowsOf(probe.read(), 'sessions')
  const client = sessions.find(({ remotePort, state }) => remotePort === port && state === 'ESTABLISHED')!
  const peer = sessions.find(({ localPort, state }) => localPort === port && state === 'ESTABLISHED')!
  if (client.window === null) return skip(t, 'this kernel does not tell windows (from 5.4 on)')
  t.true(Number(client.unsent) > 10_000 && Number(client.windowNs) > 200e6, JSON.stringify(client))
  t.is(client.unread, 0)
  t.true(Number(peer.unread) > 10_000 && Number(peer.receiveFull) >= 50 && Number(peer.unreadSinceMs) > 0)
  t.is(typeof client.algorithm, 'string')
})

test('an answer that is cut off or says nothing is the end of it', (t) => {
  const into: Buffer[] = []
  const nobody = (): undefined => undefined
  t.true(addAll(Buffer.from([255, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), into, nobody), 'longer than it is')
  t.true(addAll(Buffer.alloc(16), into, nobody), 'of no length')
  t.false(addAll(Buffer.alloc(0), into, nobody))
  t.is(into.length, 0)
  const refused = Buffer.alloc(36)
  refused.writeUInt32LE(36, 0)
  refused.writeUInt16LE(2, 4)
  refused.writeInt32LE(-1, 16)
  t.throws(() => addAll(refused, into, nobody), { message: /EPERM/ })
})

test('where it cannot run in full the other one does, and says why; what only fails is tried again', (t) => {
  const cheap: RunningProbe<'execsnoop'> = {
    read: () => ({ data: execTables(), lost: 0, tier: { is: 'counted' } }),
    close: () => {},
  }
  const start = (kind: 'unsupported' | 'failed') =>
    orProc<'execsnoop'>(
      () => {
        throw new ProbeError(kind, 'no right to load BPF programs', 'run probetop as root')
      },
      () => cheap,
    )
  t.deepEqual(start('unsupported')(probeContext).read().tier, {
    is: 'counted',
    why: 'no right to load BPF programs',
    hint: 'run probetop as root',
  })
  t.throws(() => start('failed')(probeContext), { message: /no right/ })
  const neither = orProc<'execsnoop'>(
    () => {
      throw new ProbeError('unsupported', 'no hook', 'another kernel')
    },
    () => {
      throw new Error('nor this')
    },
  )
  t.throws(() => neither(probeContext), { message: 'no hook' })
})
