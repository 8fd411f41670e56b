// Three real servers that are slow for a reason which is known: found in a terminal from a cold start, in at most four keys.
import { chmodSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ExecutionContext } from 'ava'
import { bpfTest, skip } from '../helpers/bpf.ts'
import { MOUNT_COMMANDS, mountedExt4 } from '../helpers/mounted.ts'
import { startProbetop, type Pty } from '../helpers/pty.ts'
import { client, postgresFolder, psql, startNginx, startPostgres, startRedis, startSilent } from '../helpers/servers.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const MOST_KEYS = 4
const WITHIN_MS = 60_000

/** Types these keys, one by one, and waits until a line of the screen says so. */
const diagnosed = async (t: ExecutionContext, keys: string, line: RegExp): Promise<Pty> => {
  t.true(keys.length <= MOST_KEYS)
  const pty = startProbetop(['--max-overhead', '0'], { cwd: temporaryFolder(t), columns: 240, rows: 60 })
  t.teardown(pty.close)
  await pty.until((text) => /off-CPU/.test(text))
  for (const key of keys) pty.type(key)
  await pty.until((text) => text.split('\n').some((each) => line.test(each)), WITHIN_MS)
  return pty
}

const POSTGRES = postgresFolder() === undefined ? ['initdb'] : ['psql']

bpfTest(
  'postgres: who waits for a lock in the database, for whose transaction, and for whom that one waits',
  async (t) => {
    const port = await startPostgres(t)
    psql(t, port, 'create table t as select 1 as n', 'begin', 'update t set n = 2')
    psql(t, port, 'select pg_sleep(2)', 'update t set n = 3')
    await diagnosed(
      t,
      'x',
      /postgres .* lock in database postgres held by postgres \d+ \(idle in transaction\) -> TCP 127\.0\.0\.1:\d+ client psql/,
    )
  },
  POSTGRES,
)

bpfTest(
  'postgres: who waits for a checkpoint, and for which file that is at work',
  async (t) => {
    // of a disk that is done at once the checkpointer is on a CPU nearly all the time
    const slow = await mountedExt4(t, { mebibytes: 512, flushMs: 200 })
    if (!slow) return skip(t, 'this machine has no FUSE')
    chmodSync(dirname(slow.folder), 0o711)
    const port = await startPostgres(t, slow.folder)
    psql(
      t,
      port,
      'create table t as select generate_series(1, 3000) as n',
      ...Array.from({ length: 400 }, () => 'update t set n = n + 1; checkpoint'),
    )
    await diagnosed(t, 'x', /postgres .* checkpoint done by postgres \d+ \(checkpointer *\)/)
    await diagnosed(t, 'x', /postgres .* (fsync|fdatasync|sync_file_range|pwrite64|write) .*\/(base|pg_wal)\//)
  },
  [...POSTGRES, ...MOUNT_COMMANDS],
)

bpfTest(
  'redis: its clients wait for a server that runs a command',
  async (t) => {
    const port = await startRedis(t)
    client(t, 'redis-cli', '-p', String(port), 'eval', 'while true do end', '0')
    client(t, 'redis-cli', '-p', String(port), 'get', 'x')
    await diagnosed(
      t,
      'x',
      new RegExp(
        `redis-cli .* TCP 127\\.0\\.0\\.1:${port} (other end|still to be accepted by) redis-server \\d+, running`,
      ),
    )
  },
  ['redis-server', 'redis-cli'],
)

bpfTest(
  'redis: the server waits for its file to reach the disk',
  async (t) => {
    const port = await startRedis(t)
    client(t, 'redis-benchmark', '-p', String(port), '-c', '4', '-n', '100000000', '-t', 'set')
    await diagnosed(t, 'x', /redis-server .* (fdatasync|journal commit|writeback|device flush) .*appendonly/)
  },
  ['redis-server', 'redis-benchmark'],
)

bpfTest(
  'nginx: a client waits for it, and it for what stands behind it',
  async (t) => {
    const upstream = await startSilent(t)
    const port = await startNginx(t, upstream)
    client(t, 'curl', '-s', '-m', '100', `http://127.0.0.1:${port}/`)
    await diagnosed(t, 'x', new RegExp(`nginx .* TCP 127\\.0\\.0\\.1:${upstream} other end \\S+ ${process.pid}`))
  },
  ['nginx', 'curl'],
)
