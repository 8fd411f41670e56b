// The TCP probe: thousands of sessions, owners that are harder to find, and queues that fill and empty.
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { queuesWait } from '../../../../src/panels/tcp-queues.ts'
import { bpfTest, skip } from '../../../helpers/bpf.ts'
import { until } from '../../../helpers/programs.ts'
import { sleepMs } from '../../../helpers/workload.ts'
import { startProbe, listen, ends, searchRest, ready } from './sessions.ts'

bpfTest(
  'an owner that ended is replaced by the one who still holds the socket',
  async (t) => {
    const port = await listen(t, '127.0.0.1', (socket) => socket.resume())
    const perl = `
    use IO::Socket::INET; $| = 1;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1:${port}') or die;
    if (my $child = fork) { print "$child\\n"; <STDIN>; exit }
    sleep 20;`
    const { child, line } = await ready(t, 'perl', ['-e', perl])
    t.teardown(() => process.kill(Number(line), 'SIGKILL'))
    const probe = startProbe(t)
    probe.read()
    child.stdin!.end()
    await once(child, 'exit')
    await searchRest()
    t.is(ends(probe.read().data, port)[0][0]!.pid, Number(line))
  },
  ['perl'],
)

bpfTest('thousands of sessions are read quickly', async (t) => {
  execFileSync('true') // the first child process of a test is slow to start
  const half = 1000
  const sockets: Socket[] = []
  const port = await listen(t, '127.0.0.1', (socket) => sockets.push(socket))
  const probe = startProbe(t)
  t.teardown(() => sockets.forEach((socket) => socket.destroy()))
  for (let i = 0; i < half; i += 100) {
    await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = connect(port, '127.0.0.1')
        sockets.push(socket)
        await once(socket, 'connect')
      }),
    )
  }
  probe.read()
  const times = Array.from({ length: 5 }, () => {
    // of CPU: whatever else runs on this machine
    const start = process.cpuUsage()
    const { data } = probe.read()
    const { user, system } = process.cpuUsage(start)
    const ms = (user + system) / 1000
    t.is(ends(data, port)[0].length + ends(data, port)[1].length, 2 * half)
    return ms
  })
  t.log(`${2 * half} sessions: ${times.map((ms) => ms.toFixed(1)).join(', ')} ms of CPU`)
  t.true(Math.min(...times) < 30)
})

for (const isOlder of [true, false])
  bpfTest(
    `the owner of MPTCP is who ss says it is, of sockets ${isOlder ? 'older than the probe' : 'made since'}`,
    async (t) => {
      const start = async (): Promise<{ child: ChildProcess; port: number }> => {
        const child = spawn('python3', [join(import.meta.dirname, 'fixtures/mptcp.py'), '262'])
        t.teardown(() => child.kill('SIGKILL'))
        const [words] = await Promise.race([once(child.stdout!, 'data'), once(child, 'exit').then(() => [''])])
        return { child, port: Number(words) }
      }
      const before = isOlder ? await start() : undefined
      const probe = startProbe(t)
      const { child, port } = before ?? (await start())
      if (!port) return skip(t, 'this kernel has no MPTCP')
      let { data } = probe.read()
      const listener = () => data.listeners.find(({ localPort }) => localPort === port)
      await until(() => ({ data } = probe.read()) && listener()?.pid === child.pid) // as a search may have to rest first
      const [[client], [server]] = ends(data, port)
      const owners = execFileSync('ss', ['-Htanp', `sport = ${port} or dport = ${port}`], { encoding: 'utf8' })
      t.deepEqual(
        [...owners.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid)),
        Array(3).fill(child.pid),
        owners,
      )
      t.is(listener()?.pid, child.pid)
      for (const end of [client, server]) t.like(end, { pid: child.pid!, comm: 'python3', state: 'ESTABLISHED' })
      t.is(server!.inTotal, 1000)
      t.is(client!.outTotal, 1000)
    },
    ['python3', 'ss'],
  )

bpfTest('queues: a peer that does not read, and what it has not read', async (t) => {
  const accepted: Socket[] = []
  const port = await listen(t, '127.0.0.1', (socket) => {
    accepted.push(socket)
    socket.pause()
  })
  const probe = startProbe(t)
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  await sleepMs(50)
  const [[idle]] = ends(probe.read().data, port)
  t.like(idle, { unread: 0, unsent: 0, unacked: 0, congestion: 'open' })
  t.true(idle!.window! > 0)
  // more than both ends keep: the window closes
  const size = 32 * 1024 * 1024
  socket.write(Buffer.alloc(size))
  await sleepMs(500)
  const [[client], [server]] = ends(probe.read().data, port)
  t.true(server!.unread! > 10_000, `${server!.unread} unread`)
  t.is(server!.unsent, 0)
  t.true(client!.unsent! > 10_000, `${client!.unsent} unsent`)
  t.is(client!.unread, 0)
  t.true(server!.inTotal! - server!.unread! >= 0)
  t.regex(queuesWait(client!)!, /^peer \(window (0|full)\)$/)
  t.is(queuesWait(server!), 'its program')
  accepted[0]!.resume()
  await sleepMs(1500)
  const [[after], [afterServer]] = ends(probe.read().data, port)
  t.like(after, { unsent: 0, unacked: 0 })
  t.like(afterServer, { unread: 0 })
})
