// What threads wait for, from what was read of them and what is known of others.
import test from 'ava'
import { linkOf } from '../../../../src/engine/probes/waits/links.ts'
import type { Sources } from '../../../../src/engine/probes/waits/link-parts.ts'
import { TcpEnds } from '../../../../src/engine/probes/waits/tcp-ends.ts'
import type { Thread } from '../../../../src/engine/probes/waits/thread.ts'

const AF_INET = 2
const AT = { localPort: 0, remotePort: 2, family: 4, local: 8, remote: 24, size: 40 }

const reader = (local: readonly number[], remote: readonly number[]): Thread => {
  const ends = Buffer.alloc(AT.size)
  ends.writeUInt16LE(1000, AT.localPort)
  ends.writeUInt16LE(80, AT.remotePort)
  ends.writeUInt16LE(AF_INET, AT.family)
  ends.set(local, AT.local)
  ends.set(remote, AT.remote)
  const tcp = new TcpEnds(ends, AT)
  const file = { kind: 'tcp', ino: 1, dev: 0, net: 1, turn: 'ours', peer: 0n, tcp }
  return {
    tid: 7,
    pid: 7,
    state: '.',
    call: 'read',
    lock: 0n,
    args: [3, 0, 0, 0],
    items: [],
    frames: [],
    file,
  } as never
}

const saying = (of: Partial<Sources>): Sources =>
  ({ links: new Map(), isServed: () => false, listeners: () => [], frames: () => [], ...of }) as Sources

const LOOPBACK = [127, 0, 0, 1]

test('the other end of a connection within the machine, before it has been looked for and after', (t) => {
  const thread = reader(LOOPBACK, LOOPBACK)
  t.like(linkOf(thread, saying({ holders: () => undefined })), {
    what: 'TCP 127.0.0.1:80',
    class: 'local',
    end: 'whose other end is still looked for',
  })
  t.like(linkOf(thread, saying({ holders: () => [{ pid: 9, canRead: true, canWrite: true }] })), {
    relation: 'other end',
    holders: [{ pid: 9 }],
    class: 'local',
  })
})

test('of one to another address it is the peer, whoever that is', (t) => {
  for (const holders of [() => undefined, () => []])
    t.like(linkOf(reader([10, 0, 0, 1], [10, 0, 0, 2]), saying({ holders })), {
      class: 'network',
      end: 'peer 10.0.0.2:80',
    })
})

test('who waits for a CPU: whom that runs most, or that it is itself', (t) => {
  const waiting = { tid: 7, pid: 7, state: 'w', cpu: 1 } as Thread
  const ran = (tid: number) => saying({ runsOn: () => ({ pid: tid, tid, share: 0.38 }) })
  t.like(linkOf(waiting, ran(9)), { what: 'CPU 1', relation: '38% taken by', holders: [{ pid: 9, tid: 9 }] })
  t.like(linkOf(waiting, ran(7)), { what: 'CPU 1', holders: [], end: 'taken mostly by itself' })
})
