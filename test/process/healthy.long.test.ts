// A healthy machine on this machine's kernel: nothing stands out while it idles, nor while a database has half of what it
// could do to do.
import { execFileSync } from 'node:child_process'
import { availableParallelism, loadavg } from 'node:os'
import type { ExecutionContext } from 'ava'
import { commandTest, skip } from '../helpers/bpf.ts'
import { bpfReason } from '../helpers/rights.ts'
import { client, postgresFolder, startPostgres } from '../helpers/servers.ts'
import { silent, watch } from '../helpers/watched.ts'
import { sleepMs } from '../helpers/workload.ts'

const PROBES = [
  'block',
  'tcp',
  'syscalls',
  'memory',
  'kernel',
  'waits',
  'network',
  'fsync',
  'disks',
  'machine',
  'containers',
]
const LOOKED_MS = 30_000
/** Of the rules; the others need disks, sessions or groups that are not there. */
const LOOKED_AT = 12
/** Of a CPU each; more, and others have something to do. */
const IDLE = 0.3
const LOAD_FALLS_MS = 180_000

const healthyTest = (title: string, commands: readonly string[], body: (t: ExecutionContext) => Promise<void>): void =>
  commandTest(title, commands, async (t) => {
    t.timeout(500_000)
    const reason = bpfReason()
    if (reason !== undefined) return skip(t, reason)
    const end = Date.now() + LOAD_FALLS_MS
    while (loadavg()[0]! > IDLE * availableParallelism() && Date.now() < end) await sleepMs(1000)
    if (loadavg()[0]! > IDLE * availableParallelism()) return skip(t, 'others are at work on this machine')
    await body(t)
  })

const isHealthy = async (t: ExecutionContext): Promise<void> => {
  const watched = await watch(t, { probes: PROBES })
  await silent(t, watched, { words: /./ }, LOOKED_MS)
  const fine = watched.fine()
  t.log(`${fine.length} rules looked: ${fine.join(' ')}`)
  t.true(fine.length >= LOOKED_AT)
}

healthyTest('on an idle machine nothing stands out', [], async (t) => {
  await isHealthy(t)
})

const PGBENCH = postgresFolder() === undefined ? ['initdb'] : ['pgbench']

healthyTest('while a database does half of what it could nothing stands out', PGBENCH, async (t) => {
  const port = await startPostgres(t)
  const asked = ['-h', '127.0.0.1', '-p', String(port), '-U', 'test', 'postgres']
  execFileSync('pgbench', ['-i', '-s', '5', '-q', ...asked], { stdio: 'ignore' })
  const most = execFileSync('pgbench', ['-c', '2', '-T', '5', ...asked], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const rate = Math.floor(Number(/tps = ([\d.]+)/.exec(most)![1]) / 2)
  t.log(`${rate} transactions/s`)
  client(t, 'pgbench', '-c', '2', '-R', String(rate), '-T', '120', ...asked)
  await isHealthy(t)
})
