// A case of each rule of the verdict.
import { CONTAINERS } from '../../src/engine/probes/containers/spec.ts'
import { KERNEL } from '../../src/engine/probes/kernel/spec.ts'
import { MEMORY } from '../../src/engine/probes/memory/spec.ts'
import { NETWORK } from '../../src/engine/probes/network/spec.ts'
import { WAITS } from '../../src/engine/probes/waits/spec.ts'
import { editedBlock } from '../helpers/block.ts'
import { syscallTables } from '../../src/model/syscalls.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { fakeHist, randomFrom, START_MS } from '../helpers/stream.ts'
import { described, edit, editBlock, editTcp, first, S } from './verdict-machine.ts'

const hist = (ns: number, count = 1000) => fakeHist(randomFrom(1), [[ns, count, 0]])

/** What makes a figure so many times as large as what stands out, and the sentence at twice that. */
export const CASES: Record<string, { make(times: number): (messages: Message[]) => Message[]; says: string | RegExp }> =
  {
    uninterruptible: {
      make: (times) =>
        first(() => ({
          uninterruptibleNs: 0.4 * times * S,
          calls: [{ call: 'fsync', state: 'D', ns: 0.4 * times * S }],
        })),
      says: 'postgres 812: 80.0% uninterruptible in fsync',
    },
    'held-io': {
      make: (times) => first(() => ({ heldIo: { by: 'limit', threads: times, ns: S, cgroup: '/batch' } })),
      says: 'postgres 812: 2 threads wait for the I/O limit of /batch',
    },
    'cpu-quota': {
      make: (times) =>
        edit(() => ({
          quotas: [{ cgroup: '/api', cpus: 0.5, periods: 100, throttledPeriods: 10 * times, throttledNs: S }],
        })),
      says: 'group /api: CPU quota of 0.5 used up in 20.0% of its periods',
    },
    'run-queue': {
      make: (times) => edit(() => ({ runq: hist(20e6 * times) })),
      says: /^run queue p99 \d\d\.\dms, postgres 812 waits most$/,
    },
    'cpu-shortage': {
      make: (times) => first(() => ({ waitNs: 8 * times * S })),
      says: /^CPUs are short: 2\.\d+ threads wait for each of 8, most of postgres 812$/,
    },
    'disk-latency': {
      make: (times) =>
        editBlock(({ disks }) => ({
          disks: [{ ...disks[0]!, total: hist(100e6 * times), queued: hist(1e6), device: hist(100e6 * times) }],
        })),
      says: /^nvme0n1: p99 of reads \d+ms, most of it in the device$/,
    },
    'disk-errors': {
      make: (times) => (messages) => {
        const last = messages.filter(({ type }) => type === 'sample').at(-1)!.atMs
        return messages.map((message) =>
          message.type === 'sample' && message.probe === 'block' && message.atMs === last
            ? {
                ...message,
                data: editedBlock(message.data, ({ disks }) => ({
                  disks: [{ ...disks[0]!, errors: Math.floor(times) }],
                })),
              }
            : message,
        )
      },
      says: 'nvme0n1: 2 reads failed',
    },
    retransmits: {
      make: (times) => editTcp(({ sessions }) => ({ sessions: [{ ...sessions[0]!, retransmits: 5 * times }] })),
      says: 'postgres 812: 10 retransmits/s to 10.0.0.21',
    },
    ...Object.fromEntries(
      (
        [
          ['refused', 'refused', 1, 'postgres 812: 2.0 connections/s refused by 10.0.0.21:40001'],
          ['reset', 'reset', 1, 'postgres 812: 2.0 connections/s reset by 10.0.0.21:40001'],
          ['timeouts', 'timeout', 0.2, 'postgres 812: 0.4 connections/s to 10.0.0.21:40001 time out'],
        ] as const
      ).map(([id, closed, warn, says]) => [
        id,
        {
          make: (times: number) => (messages: Message[]) => {
            // so many of ten intervals have one, or each so many
            const each = warn * times
            let due = 0
            return editTcp(({ sessions }) => {
              due += each
              const now = Math.floor(due + 1e-9)
              due -= now
              return { sessions: Array.from({ length: now }, (_, i) => ({ ...sessions[0]!, id: `x${i}`, closed })) }
            })(messages)
          },
          says,
        },
      ]),
    ),
    backlog: {
      make: (times) =>
        editTcp(({ listeners }) => ({ listeners: [{ ...listeners[0]!, backlog: 60 * times, backlogMax: 100 }] })),
      says: 'postgres 812: queue of 0.0.0.0:5432 100% full, nobody accepts',
    },
    'listen-overflow': {
      make: (times) => (messages) => {
        let due = 0
        return editTcp(({ listeners }) => {
          due += 0.2 * times
          const drops = Math.floor(due + 1e-9)
          due -= drops
          return { listeners: [{ ...listeners[0]!, drops }] }
        })(messages)
      },
      says: 'postgres 812: 0.4 connections/s to 0.0.0.0:5432 dropped, nobody accepts them in time',
    },
    'peer-window': {
      make: (times) =>
        editTcp(({ sessions }) => ({
          sessions: [{ ...sessions[0]!, window: 0, unsent: 70_000, windowNs: 0.5 * times * S }],
        })),
      says: 'postgres 812: cannot send 100% of the time, as 10.0.0.21:40001 takes no more (window 0)',
    },
    'not-read': {
      make: (times) => (messages) => {
        const last = messages.filter(({ type }) => type === 'sample').at(-1)!.atMs
        return editTcp(({ sessions }) => ({
          sessions: [{ ...sessions[0]!, unread: 70_000, receiveFull: 50, unreadSinceMs: last - 5000 * times }],
        }))(messages)
      },
      says: 'postgres 812: has read nothing from 10.0.0.21:40001 for 10.0s, its buffer is half full or more',
    },
    'call-errors': {
      make: (times) => (messages) => {
        let due = 0
        return messages.map((message) => {
          if (message.type !== 'sample' || message.probe !== 'syscalls') return message
          due += 0.2 * times
          const count = Math.floor(due + 1e-9)
          due -= count
          const calls = [{ name: 'write', count: 9, errors: 9, errnos: [{ errno: 'ENOSPC', count }] }]
          return { ...message, data: syscallTables({ calls, procs: [], detail: true }) }
        })
      },
      says: 'write fails with ENOSPC 0.4 times/s',
    },
    'memory-pressure': {
      make: (times) => described(MEMORY, 'procs', { pid: 1 }, { someNs: 0.1 * times * S }),
      says: 'memory is short: something waited for it 20.0% of the time',
    },
    reclaim: {
      make: (times) => described(MEMORY, 'procs', { pid: 812, comm: 'postgres', reclaimNs: 0.05 * times * S }),
      says: 'postgres 812: 10.0% of the time freeing memory before it gets any',
    },
    'swap-in': {
      make: (times) => described(MEMORY, 'procs', { pid: 1 }, { swapInBytes: 2 ** 20 * times }),
      says: 'memory is short: 2.00M/s come back from swap',
    },
    'out-of-memory': {
      make: (times) => described(MEMORY, 'procs', { pid: 1 }, { oomKills: Math.floor(times) / 60 }),
      says: /^out of memory: the kernel killed [12] process(es)?$/,
    },
    'group-memory': {
      make: (times) =>
        described(CONTAINERS, 'groups', { cgroup: '/a', name: 'web', memoryPressureNs: 0.1 * times * S, oomKills: 0 }),
      says: 'group web: waits for memory 20.0% of the time',
    },
    'group-out-of-memory': {
      make: (times) =>
        described(CONTAINERS, 'groups', {
          cgroup: '/a',
          name: 'web',
          memoryPressureNs: 0,
          oomKills: Math.floor(times),
        }),
      says: 'group web: 120 of its processes killed at its memory limit',
    },
    'kernel-work': {
      make: (times) => described(KERNEL, 'cpus', { cpu: 3, kind: 'softirq', name: 'NET_RX', ns: 0.5 * times * S }),
      says: 'CPU 3: softirq NET_RX takes 100% of it',
    },
    drops: {
      make: (times) =>
        described(NETWORK, 'drops', {
          reason: 'QDISC_DROP',
          place: 'tbf_enqueue',
          protocol: 'IPv4',
          packets: 10 * times,
          bytes: 1000,
        }),
      says: '20 packets/s dropped for want of room: QDISC_DROP in tbf_enqueue',
    },
    'socket-drops': {
      make: (times) =>
        described(NETWORK, 'sockets', {
          id: '5',
          pid: 7,
          comm: 'named',
          kind: 'udp',
          local: '0.0.0.0:53',
          drops: times,
        }),
      says: 'named 7: 2.0 packets/s dropped, as the buffer of its udp socket 0.0.0.0:53 is full',
    },
    deadlock: {
      make: (times) => described(WAITS, 'chains', { tid: 5, chain: 'a -> b -> a', closed: times >= 1 ? 2 : 0 }),
      says: 'deadlock of 1 thread: a -> b -> a',
    },
    stolen: {
      make: (times) => (messages) =>
        messages.map((message) =>
          message.type === 'host' ? { ...message, stolenMs: (message.atMs - START_MS) * 8 * 0.05 * times } : message,
        ),
      says: 'the hypervisor gave 10.0% of the CPUs to others',
    },
    lost: {
      make: (times) => (messages) =>
        messages.map((message) =>
          message.type === 'sample' && message.probe === 'sched'
            ? { ...message, lost: Math.round(message.data.totals['stays']! * 0.0101 * times) }
            : message,
        ),
      says: /^(1\.9|2\.)\d*% of sched lost: probetop cannot keep up$/,
    },
  }

export const RARE = ['timeouts', 'call-errors', 'listen-overflow']
