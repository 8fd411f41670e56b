// Real servers of the system, each in a folder and on a port of its own, until the test ends.
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, connect, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { temporaryFolder } from './temporary.ts'
import { sleepMs } from './workload.ts'

const POSTGRES = '/usr/lib/postgresql'

/** Where its programs are; undefined: it is not installed. */
export const postgresFolder = (): string | undefined =>
  existsSync(POSTGRES)
    ? readdirSync(POSTGRES)
        .map((version) => join(POSTGRES, version, 'bin'))
        .find((folder) => existsSync(join(folder, 'initdb')))
    : undefined

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const untilItAnswers = async (port: number): Promise<void> => {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleepMs(100)) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    )
    socket.destroy()
    if (isOpen) return
  }
  throw new Error(`nothing answers on port ${port}`)
}

/** Killed with all that it started when the test ends. */
const running = (t: ExecutionContext, command: string, words: readonly string[]): void => {
  const child = spawn(command, words, { stdio: 'ignore', detached: true })
  t.teardown(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    try {
      process.kill(-child.pid!, 'SIGKILL')
      await ended
    } catch {
      // it has ended
    }
  })
}

/** Gives the port. Its data are in that folder. */
export const startPostgres = async (t: ExecutionContext, folder = temporaryFolder(t)): Promise<number> => {
  const bin = postgresFolder()!
  const { uid, gid } = statSync('/var/lib/postgresql')
  chownSync(folder, uid, gid)
  const as = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups', '--pdeathsig', 'KILL']
  execFileSync('setpriv', [...as, join(bin, 'initdb'), '-D', join(folder, 'data'), '-U', 'test', '-A', 'trust', '-N'], {
    cwd: folder,
  })
  const port = await freePort()
  running(t, 'setpriv', [
    ...as,
    join(bin, 'postgres'),
    '-D',
    join(folder, 'data'),
    '-p',
    String(port),
    '-k',
    folder,
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'max_wal_size=4GB',
  ])
  await untilItAnswers(port)
  // on a slow disk it lets nobody in yet
  for (const end = Date.now() + 60_000; Date.now() < end && !isIn(port);) await sleepMs(200)
  return port
}

const isIn = (port: number): boolean => {
  try {
    return query(port, 'select 1').length === 1
  } catch {
    return false
  }
}

/** A client that says these lines, and then nothing, until the test ends. */
export const psql = (t: ExecutionContext, port: number, ...lines: string[]): void => {
  const child = spawn('psql', ['-h', '127.0.0.1', '-p', String(port), '-U', 'test', '-q', '-d', 'postgres'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin.on('error', () => {})
  t.teardown(() => child.kill('SIGKILL'))
  child.stdin.write(lines.map((line) => `${line};\n`).join(''))
}

/** Rows of what one says is asked. */
export const query = (port: number, text: string): string[] =>
  execFileSync('psql', ['-h', '127.0.0.1', '-p', String(port), '-U', 'test', '-qAt', '-d', 'postgres', '-c', text], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .split('\n')
    .filter((row) => row !== '')

/** Gives the port. */
export const startRedis = async (t: ExecutionContext): Promise<number> => {
  const port = await freePort()
  running(t, 'redis-server', [
    '--port',
    String(port),
    '--dir',
    temporaryFolder(t),
    '--save',
    '',
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
  ])
  await untilItAnswers(port)
  return port
}

/** Runs a command of the system until the test ends. */
export const client = (t: ExecutionContext, command: string, ...words: string[]): void => running(t, command, words)

const nginxFolders = new Map<number, string>()

export const nginxPid = (port: number): number =>
  Number(readFileSync(join(nginxFolders.get(port)!, 'pid'), 'latin1').trim())

/** Gives the port of one that passes everything on to another. */
export const startNginx = async (t: ExecutionContext, upstream: number, more = ''): Promise<number> => {
  const folder = temporaryFolder(t)
  const port = await freePort()
  nginxFolders.set(port, folder)
  mkdirSync(join(folder, 'logs'))
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; ${more} worker_processes 1; pid ${folder}/pid; error_log ${folder}/logs/error.log;
events { worker_connections 64; }
http { access_log off; server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${upstream}; } } }\n`,
  )
  running(t, 'nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')])
  await untilItAnswers(port)
  return port
}

/** Takes requests and never answers. */
export const startSilent = async (t: ExecutionContext): Promise<number> => {
  const server: Server = createServer(() => {}).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}
