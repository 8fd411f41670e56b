// Two network namespaces joined by a cable (veth). They are gone with the processes that hold them.
import { execFileSync, spawn } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { until } from './programs.ts'

export interface Namespace {
  /** By version of IP. */
  address: Record<4 | 6, string>
  /** The words before a command that is to run in it. */
  enter: readonly string[]
  run(command: string, ...words: string[]): string
}

export const NAMESPACE_COMMANDS = ['unshare', 'nsenter', 'ip']

export const withCable = async <T>(work: (a: Namespace, b: Namespace) => Promise<T>): Promise<T> => {
  const holders = [0, 1].map(() => spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' }))
  const pids = holders.map(({ pid }) => String(pid))
  try {
    const ours = readlinkSync('/proc/self/ns/net')
    await until(() => pids.every((pid) => readlinkSync(`/proc/${pid}/ns/net`) !== ours))
    execFileSync('ip', [
      'link',
      'add',
      'veth0',
      'netns',
      pids[0]!,
      'type',
      'veth',
      'peer',
      'name',
      'veth0',
      'netns',
      pids[1]!,
    ])
    const [a, b] = pids.map((pid, i) => connected(pid, { 4: `10.77.0.${i + 1}`, 6: `fd77::${i + 1}` }))
    return await work(a!, b!)
  } finally {
    for (const holder of holders) holder.kill('SIGKILL')
  }
}

const connected = (pid: string, address: Namespace['address']): Namespace => {
  const enter = ['nsenter', '--target', pid, '--net']
  const run: Namespace['run'] = (...words) =>
    execFileSync(enter[0]!, [...enter.slice(1), ...words], { encoding: 'utf8' })
  run('ip', 'address', 'add', `${address[4]}/24`, 'dev', 'veth0')
  run('ip', 'address', 'add', `${address[6]}/64`, 'dev', 'veth0', 'nodad')
  run('ip', 'link', 'set', 'veth0', 'up')
  return { address, enter, run }
}
