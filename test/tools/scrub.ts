// Makes a recording fit to be given away: no names of hosts, people, programs or networks but common ones, no command
// lines, no words of the machine's own, a neutral date. Numbers stay as they were measured. Rows that nobody would
// look at are left out, to keep it small.
import { isIP } from 'node:net'
import type { ProbeSpec } from '../../src/stream/spec.ts'
import type { TablesData } from '../../src/stream/tables.ts'
import type { AnySample, Message } from '../../src/stream/stream-types.ts'

export const DEMO_START_MS = Date.UTC(2026, 0, 1, 12, 0, 0)

const MOST_PROCS = 40
/** Of a table: as many processes, each with its most frequent calls. */
const MOST_ROWS = 8 * MOST_PROCS

/** Programs that are everywhere and tell nothing; kernel threads by their form. */
const COMMON = new Set([
  'systemd',
  'systemd-journal',
  'systemd-udevd',
  'dbus-daemon',
  'sshd',
  'cron',
  'agetty',
  'login',
  'bash',
  'sh',
  'dash',
  'sudo',
  'sleep',
  'node',
  'npm',
  'python3',
  'perl',
  'ruby',
  'java',
  'go',
  'git',
  'make',
  'gcc',
  'cc1',
  'clang',
  'ld',
  'as',
  'cat',
  'cut',
  'dd',
  'cp',
  'mv',
  'rm',
  'ls',
  'find',
  'grep',
  'sed',
  'awk',
  'sort',
  'tar',
  'gzip',
  'xz',
  'rsync',
  'curl',
  'wget',
  'nc',
  'iperf3',
  'fio',
  'stress-ng',
  'sysbench',
  'postgres',
  'mysqld',
  'redis-server',
  'nginx',
  'haproxy',
  'containerd',
  'dockerd',
  'tmux: server',
  'tmux: client',
  'script',
  'top',
  'htop',
  'ps',
  'bpftrace',
  'probetop',
  'probetop-engine',
  'swapper',
  'init',
])
const KERNEL =
  /^(kworker\/[\w:+-]+|ksoftirqd\/\d+|migration\/\d+|cpuhp\/\d+|rcu_\w+|rcuop\/\d+|kswapd\d+|kcompactd\d+|khugepaged|kthreadd|jbd2\/\w+-\d+|kdamond\.\d+|watchdogd|kauditd|oom_reaper|writeback|ext4-\S+|scsi_eh_\d+|idle_inject\/\d+|pool_workqueue_)$/

/** Columns that are instants on the stream's clock. */
const INSTANTS = new Set(['atMs', 'establishedMs', 'endedMs'])
/** Columns that say what was run, and by whom. */
/** Columns of paths, whatever their dimension. */
const GROUPS = new Set(['cgroup', 'heldCgroup', 'quota', 'containerGroup'])
const WORDS = new Set(['user', 'container'])

/** One scrubber per recording: the same name or address becomes the same other one throughout. */
export const scrubber = () => {
  const names = new Map<string, string>()
  const addresses = new Map<string, string>()
  const specs = new Map<string, ProbeSpec>()
  let shiftMs: number | undefined

  const comm = (name: string): string =>
    COMMON.has(name) || KERNEL.test(name) ? name : remembered(names, name, (n) => `app-${n}`)

  const address = (text: string): string => {
    if (/^(127\.|0\.0\.0\.0$|::1?$)/.test(text)) return text
    return remembered(addresses, text, (n) =>
      isIP(text) === 6 ? `2001:db8::${n.toString(16)}` : `192.0.2.${((n - 1) % 254) + 1}`,
    )
  }

  /** Names by what their fields say they are, addresses by what they look like. */
  const tables = (data: TablesData, spec: ProbeSpec | undefined, byMs: number): TablesData => ({
    ...data,
    tables: Object.fromEntries(
      Object.entries(data.tables).map(([id, table]) => {
        const scrubs = table.columns.map((column): ((text: string) => string) => {
          const dim = spec?.tables[id]?.find((field) => field.id === column)?.dim
          return dim === 'comm'
            ? comm
            : dim === 'cgroup' || GROUPS.has(column)
              ? () => '/'
              : WORDS.has(column)
                ? () => ''
                : (text) => (isIP(text) ? address(text) : text)
        })
        const rows = table.rows.slice(0, MOST_ROWS)
        return [
          id,
          {
            ...table,
            rows: rows.map((row) =>
              row.map((cell, at) =>
                typeof cell === 'string'
                  ? table.columns[at] === 'args'
                    ? comm(String(row[table.columns.indexOf('comm')] ?? ''))
                    : scrubs[at]!(cell)
                  : cell !== null && INSTANTS.has(table.columns[at]!)
                    ? cell + byMs
                    : cell,
              ),
            ),
          },
        ]
      }),
    ),
  })
  const sample = (message: AnySample, byMs: number): AnySample => {
    switch (message.probe) {
      // names of functions tell what was run
      case 'stacks':
        return { ...message, data: { ...message.data, frames: [], stacks: [], threads: [] } }
      default:
        return { ...message, data: tables(message.data, specs.get(message.probe), byMs) }
    }
  }

  /** undefined: not for others. */
  return (original: Message): Message | undefined => {
    shiftMs ??= DEMO_START_MS - original.atMs
    const message = { ...original, atMs: original.atMs + shiftMs }
    switch (message.type) {
      case 'hello':
        return { ...message, host: 'demo', kernel: message.kernel.replace(/^(\d+\.\d+).*$/, '$1') }
      case 'host':
        return message
      case 'probe':
        specs.set(message.spec.id, message.spec)
        return message
      case 'status':
        return message.status.is === 'failed' || message.status.is === 'unsupported' ? undefined : message
      case 'sample':
        return sample(message, shiftMs)
      default:
        return undefined
    }
  }
}

const remembered = (known: Map<string, string>, name: string, make: (n: number) => string): string => {
  if (!known.has(name)) known.set(name, make(known.size + 1))
  return known.get(name)!
}
