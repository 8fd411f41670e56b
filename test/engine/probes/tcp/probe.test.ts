// The TCP probe: states, endings, owners and ages of connections on this host. Bytes, retransmits and what ss says are in
// test/truth/.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { loadObject } from '../../../../src/engine/native/object.ts'
import { OVER_STORAGE, probeLayout } from '../../../../src/engine/probes/tcp/probe.ts'
import { tcpFields } from '../../../../src/engine/proc/snmp.ts'
import { tcpLayout } from '../../../../src/engine/probes/tcp/record-layout.ts'
import { sizeReader } from '../../../../src/engine/probes/tcp/session-records.ts'
import { PROBES_BUILT } from '../../../../src/paths.ts'
import { bpfTest } from '../../../helpers/bpf.ts'
import { until } from '../../../helpers/programs.ts'
import { sleepMs } from '../../../helpers/workload.ts'
import { startProbe, listen, ends, searchRest, ready } from './sessions.ts'

const readAll = async (socket: Socket): Promise<number> => {
  let bytes = 0
  socket.on('data', (chunk: Buffer) => (bytes += chunk.length))
  await once(socket, 'end')
  return bytes
}

/** Sends, gets an answer, and closes. */
const exchange = async (host: string, port: number, bytes: number): Promise<number> => {
  const socket = connect({ host, port })
  socket.end(Buffer.alloc(bytes))
  const answer = await readAll(socket)
  if (!socket.closed) await once(socket, 'close')
  return answer
}

bpfTest(
  'a session shorter than the interval is listed at both ends, as IPv4 also where the listener is for both',
  async (t) => {
    const port = await listen(t, '::', async (socket) => {
      await readAll(socket)
      socket.end(Buffer.alloc(1_000_003))
    })
    const probe = startProbe(t)
    t.is(await exchange('127.0.0.1', port, 70_001), 1_000_003)
    await sleepMs(20) // the last acknowledgements
    const { data, lost } = probe.read()
    const [[client, ...otherClients], [server, ...otherServers]] = ends(data, port)
    t.is(otherClients.length + otherServers.length, 0)
    t.like(client, {
      pid: process.pid,
      family: 4,
      local: '127.0.0.1',
      remote: '127.0.0.1',
      state: 'CLOSE',
      direction: 'out',
      closed: 'closed',
      outBytes: 70_001,
      outTotal: 70_001,
      inBytes: 1_000_003,
      inTotal: 1_000_003,
      retransmits: 0,
    })
    t.like(server, {
      pid: process.pid,
      family: 4,
      local: '127.0.0.1',
      remote: '127.0.0.1',
      localPort: port,
      remotePort: client!.localPort,
      state: 'CLOSE',
      direction: 'in',
      closed: 'closed',
      inBytes: 70_001,
      inTotal: 70_001,
      outBytes: 1_000_003,
      outTotal: 1_000_003,
    })
    const lifeMs = client!.endedMs! - client!.establishedMs!
    t.true(lifeMs >= 0 && lifeMs < 2000)
    t.true(client!.rttNs! > 0 && client!.cwnd! > 0)
    t.true(client!.comm!.length > 0)
    t.true(data.opened >= 1 && data.accepted >= 1 && data.closed >= 2)
    t.true(data.timeWait >= 1)
    t.is(lost, 0)
    t.deepEqual(ends(probe.read().data, port), [[], []])
  },
)

bpfTest('bytes of a long session add up over intervals, with its owner at both ends', async (t) => {
  const accepted: Socket[] = []
  const port = await listen(t, '127.0.0.1', (socket) => {
    accepted.push(socket)
    socket.resume()
  })
  const probe = startProbe(t)
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  // a search for owners rests for a while after the one before, longer on a busy machine
  await until(() => ends(probe.read().data, port)[1][0]?.pid === process.pid)
  const sizes = [1, 100_000, 0, 33]
  let total = 0
  for (const size of sizes) {
    if (size > 0) await new Promise<void>((resolve) => socket.write(Buffer.alloc(size), () => resolve()))
    await sleepMs(50)
    total += size
    const [[client], [server]] = ends(probe.read().data, port)
    t.like(client, { pid: process.pid, state: 'ESTABLISHED', outBytes: size, outTotal: total, inBytes: 0 })
    t.like(server, {
      pid: process.pid,
      comm: client!.comm,
      state: 'ESTABLISHED',
      inBytes: size,
      inTotal: total,
      outBytes: 0,
    })
    t.is(client!.closed, null)
  }
  // half closed: a FIN is not a byte
  socket.end()
  await sleepMs(50)
  const [[client], [server]] = ends(probe.read().data, port)
  t.like(client, { state: 'FIN_WAIT2', outBytes: 0, outTotal: total })
  t.like(server, { state: 'CLOSE_WAIT', inBytes: 0, inTotal: total })
  accepted[0]!.end()
  await sleepMs(50)
  const [[closedClient], [closedServer]] = ends(probe.read().data, port)
  t.like(closedClient, { closed: 'closed', inBytes: 0, inTotal: 0, outTotal: total })
  t.like(closedServer, { closed: 'closed', inBytes: 0, inTotal: total })
})

bpfTest('a session older than the probe has an owner, but no direction, age or bytes of before', async (t) => {
  const port = await listen(t, '::1', (socket) => socket.resume())
  const socket = connect(port, '::1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  socket.write(Buffer.alloc(5000))
  await sleepMs(20)
  const probe = startProbe(t)
  socket.write(Buffer.alloc(700))
  await sleepMs(20)
  const { data } = probe.read()
  const [[client], [server]] = ends(data, port)
  t.like(client, { pid: process.pid, outBytes: 700, outTotal: 5700 })
  t.like(server, { pid: process.pid, inBytes: 700, inTotal: 5700 })
  t.is(client!.direction, null)
  t.is(client!.establishedMs, null)
  t.like(
    data.listeners.find(({ localPort }) => localPort === port),
    { pid: process.pid, family: 6, local: '::1', backlog: 0, backlogMax: 511 },
  )
})

bpfTest('refused, reset and unanswered', async (t) => {
  const port = await listen(t, '127.0.0.1', (socket) =>
    socket.on('data', () => socket.resetAndDestroy()).on('error', () => {}),
  )
  const probe = startProbe(t)
  const refused = connect(1, '127.0.0.1')
  await t.throwsAsync(once(refused, 'connect'), { code: 'ECONNREFUSED' })
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write('x')
  await t.throwsAsync(once(socket, 'end'), { code: 'ECONNRESET' })
  const { data } = probe.read()
  t.like(
    data.sessions.find(({ remotePort }) => remotePort === 1),
    { pid: process.pid, closed: 'refused', direction: 'out', inTotal: 0, outTotal: 0 },
  )
  const [[client], [server]] = ends(data, port)
  t.like(client, { closed: 'reset', direction: 'out', outTotal: 1 })
  t.like(server, { closed: 'closed', direction: 'in', inTotal: 1 })
  t.true(data.refused >= 1)
  t.true(data.resetIn >= 1)
  t.true(data.resetOut >= 2)
})

bpfTest(
  'a socket inherited by fork() belongs to the child that serves it, also after its parent ended',
  async (t) => {
    const perl = `
    use IO::Socket::INET; $| = 1; $SIG{CHLD} = 'IGNORE';
    my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 7) or die;
    print $listener->sockport, "\\n";
    my $socket = $listener->accept;
    if (fork == 0) { close $listener; $0 = 'serving'; print $socket "$$\\n"; <$socket>; exit }
    <STDIN>;`
    const { child, line } = await ready(t, 'perl', ['-e', perl])
    const port = Number(line)
    const probe = startProbe(t)
    t.like(
      probe.read().data.listeners.find(({ localPort }) => localPort === port),
      { pid: child.pid, comm: 'perl', backlogMax: 7 },
    )

    const socket = connect(port, '127.0.0.1')
    t.teardown(() => socket.destroy())
    const [answer] = (await once(socket, 'data')) as [Buffer]
    const served = Number(String(answer))
    t.not(served, child.pid)
    await searchRest()
    const [, [server]] = ends(probe.read().data, port)
    t.like(server, { pid: served, comm: 'serving', direction: 'in' })
    child.stdin!.end()
    await once(child, 'exit')
    await searchRest()
    t.is(ends(probe.read().data, port)[1][0]!.pid, served)
    socket.end()
    await sleepMs(50)
    t.like(ends(probe.read().data, port)[1][0], { pid: served, closed: 'closed' })
  },
  ['perl'],
)

bpfTest(
  'sessions of other network namespaces are listed with their owners',
  async (t) => {
    const child = spawn('unshare', [
      '--net',
      'sh',
      '-c',
      'ip link set lo up && exec python3 "$0" 6',
      join(import.meta.dirname, 'fixtures/mptcp.py'),
    ])
    t.teardown(() => child.kill('SIGKILL'))
    const [words] = await once(child.stdout!, 'data')
    const { data } = startProbe(t).read()
    const [[client], [server]] = ends(data, Number(words))
    for (const end of [client, server]) t.like(end, { pid: child.pid!, comm: 'python3', state: 'ESTABLISHED' })
  },
  ['python3', 'unshare', 'ip'],
)

bpfTest('without its hooks open sessions are listed with exact bytes, and what came and went is counted', async (t) => {
  let peer: Socket | undefined
  const port = await listen(t, '127.0.0.1', (socket) => {
    peer ??= socket
    socket.resume().on('end', () => socket.end())
  })
  const probe = startProbe(t)
  t.is(probe.read().tier, undefined)
  probe.thin!(true)
  const socket = connect({ host: '127.0.0.1', port })
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  await sleepMs(20)
  probe.read()
  socket.write(Buffer.alloc(12_345))
  for (let i = 0; i < 20; i++) await exchange('127.0.0.1', port, 100)
  await sleepMs(20)
  const { data, tier } = probe.read()
  t.deepEqual(tier, { is: 'counted' })
  // others on this machine may connect, too
  const { opened, accepted, closed } = data
  t.true(opened >= 20 && accepted >= 20 && closed >= 40, JSON.stringify({ opened, accepted, closed }))
  const [clients, servers] = ends(data, port)
  const still = (sessions: typeof clients) => sessions.filter(({ state }) => state === 'ESTABLISHED')
  t.deepEqual(
    [still(clients), still(servers)].map((sessions) => sessions.map(({ inBytes, outBytes }) => [inBytes, outBytes])),
    [[[0, 12_345]], [[12_345, 0]]],
  )
  t.true(data.listeners.some(({ localPort }) => localPort === port))
  probe.thin!(false)
  await exchange('127.0.0.1', port, 70)
  await sleepMs(20)
  const full = probe.read()
  t.is(full.tier, undefined)
  t.is(ends(full.data, port)[0].filter(({ closed, outBytes }) => closed === 'closed' && outBytes === 70).length, 1)
})

bpfTest('what came and went is counted once, also where hooks are taken away or come back', async (t) => {
  const port = await listen(t, '127.0.0.1', (socket) => socket.resume().on('end', () => socket.end()))
  const probe = startProbe(t)
  const opens = (): number => tcpFields(readFileSync('/proc/net/snmp', 'utf8')).ActiveOpens!
  const EACH = 100
  const connections = async (): Promise<void> => {
    for (let i = 0; i < EACH; i++) await exchange('127.0.0.1', port, 10)
  }
  probe.read()
  const before = opens()
  const seen: number[] = []
  for (const on of [true, false, true]) {
    await connections()
    probe.thin!(on)
    await connections()
    seen.push(probe.read().data.opened)
  }
  await connections()
  seen.push(probe.read().data.opened)
  const truth = opens() - before
  t.true(truth >= 7 * EACH)
  // other namespaces may connect while there are hooks, ours between two of these lines
  const sum = seen.reduce((all, some) => all + some, 0)
  t.true(Math.abs(sum - truth) <= EACH / 5, `${seen.join(' + ')} of ${truth}`)
})

bpfTest(
  'what changed in an interval is written whole however often sockets are listed in it, and the rest short',
  async (t) => {
    const port = await listen(t, '127.0.0.1', (socket) => socket.resume())
    const sockets = [connect({ port, host: '127.0.0.1' }), connect({ port, host: '127.0.0.1' })]
    for (const socket of sockets) {
      await once(socket, 'connect')
      t.teardown(() => socket.destroy())
    }
    const object = loadObject(join(PROBES_BUILT, 'tcp.bpf.o'), { programs: (name) => !OVER_STORAGE.includes(name) })
    t.teardown(object.close)
    object.iterate('adopt')
    const layout = tcpLayout(object)
    const { listing } = probeLayout(object)
    const setup = Buffer.alloc(object.map('.data.listing').valueSize)
    const sizeAt = sizeReader(layout)
    /** Ports of the clients' ends that are written whole. */
    const whole = (interval: number): Set<number> => {
      setup.writeUInt32LE(interval, listing.interval)
      object.map('.data.listing').update(Buffer.alloc(4), setup)
      const records = object.iterate('list_namespace')
      const found = new Set<number>()
      for (let at = 0; at < records.length; at += sizeAt(records, at))
        if (sizeAt(records, at) === layout.at.size && records.readUInt16LE(at + layout.at.remotePort) === port)
          found.add(records.readUInt16LE(at + layout.at.localPort))
      return found
    }
    const [first, second] = sockets.map(({ localPort }) => localPort!) as [number, number]
    t.deepEqual(whole(1), new Set([first, second]))
    t.deepEqual(whole(1), new Set([first, second]))
    t.deepEqual(whole(2), new Set())
    sockets[0]!.write('x')
    await sleepMs(100)
    t.deepEqual(whole(3), new Set([first]))
    t.deepEqual(whole(3), new Set([first]), 'listed again after a search for owners')
    t.deepEqual(whole(4), new Set())
  },
)
