// -p for the sample stream: leaves of each sample only what belongs to the wanted processes. What is counted for the
// whole machine (histograms, disks, totals of calls) has no process and stays.
import type { AnySample, Message } from '../stream/types.ts'

export const onlyPids = (pids: readonly number[]): ((message: Message) => Message) => {
  const wanted = new Set(pids)
  return message => message.type === 'sample' && wanted.size > 0 ? filtered(message, wanted) : message
}

const filtered = (sample: AnySample, wanted: ReadonlySet<number>): AnySample => {
  const mine = <T extends { pid: number }>(rows: readonly T[]): T[] => rows.filter(row => wanted.has(row.pid))
  switch (sample.probe) {
    case 'sched': return { ...sample, data: { ...sample.data, procs: mine(sample.data.procs) } }
    case 'block': return { ...sample, data: { ...sample.data, procs: mine(sample.data.procs) } }
    case 'syscalls': return { ...sample, data: { ...sample.data, procs: mine(sample.data.procs) } }
    case 'tcp': {
      const { sessions, listeners } = sample.data
      return { ...sample, data: { ...sample.data, sessions: mine(sessions), listeners: mine(listeners) } }
    }
    case 'execsnoop': {
      const events = sample.data.events.filter(({ pid, ppid }) => wanted.has(pid) || wanted.has(ppid))
      return { ...sample, data: { ...sample.data, events } }
    }
  }
}
