// What /proc/diskstats says happened between two readings.
import test from 'ava'
import { diskCounter } from '../../../src/engine/proc/diskstats.ts'

const NOTHING = '   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0'
const BEFORE = ' 259       0 nvme0n1 100 0 800 50 200 5 1600 400 3 90 450 1 0 8 0 10 30'
const AFTER = ' 259       0 nvme0n1 110 0 880 70 250 5 2000 900 2 95 980 2 0 16 1 13 42'
const PART = ' 259       1 nvme0n1p1 110 0 880 70 250 5 2000 900 2 95 980 2 0 16 1 13 42'

test('operations, bytes and latency of whole disks since the reading before', (t) => {
  const texts = [[NOTHING, BEFORE, PART], [NOTHING, AFTER, PART], ['']].map((lines) => `${lines.join('\n')}\n`)
  const read = diskCounter(
    () => texts.shift()!,
    (name) => !name.endsWith('p1'),
  )
  t.deepEqual(read(), { disks: [], inFlight: 3 })
  const disk = { dev: '259:0', name: 'nvme0n1' }
  t.deepEqual(read(), {
    disks: [
      { ...disk, op: 'read', ops: 10, bytes: 80 * 512, ns: 20e6 },
      { ...disk, op: 'write', ops: 50, bytes: 400 * 512, ns: 500e6 },
      { ...disk, op: 'discard', ops: 1, bytes: 8 * 512, ns: 1e6 },
      { ...disk, op: 'flush', ops: 3, bytes: 0, ns: 12e6 },
    ],
    inFlight: 2,
  })
  t.deepEqual(read(), { disks: [], inFlight: 0 }, 'no such file')
})
