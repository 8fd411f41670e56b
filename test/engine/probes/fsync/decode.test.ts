// What the time of an fsync is divided into, and who else is in a transaction, from what was made up.
import test from 'ava'
import { addStay, noParts } from '../../../../src/engine/probes/fsync/time-parts.ts'
import { transactions } from '../../../../src/engine/probes/fsync/transactions.ts'

test('a stay is of the part that its functions are of', (t) => {
  const parts = noParts()
  addStay(parts, ['schedule', 'io_schedule', 'folio_wait_bit', 'folio_wait_writeback', 'ext4_sync_file'], 5, [])
  addStay(parts, ['schedule', 'submit_bio_wait', 'blkdev_issue_flush', 'ext4_sync_file'], 7, [])
  addStay(parts, ['schedule', 'rwsem_down_write_slowpath', 'down_write', 'ext4_sync_file'], 11, [])
  addStay(parts, [], 13, [])
  t.deepEqual(parts, { ownNs: 5, handlesNs: 0, othersNs: 0, logNs: 0, flushNs: 7 })
})

test('a wait for the journal is what the journal did meanwhile, and no longer than it was', (t) => {
  const waits = ['schedule', 'jbd2_log_wait_commit', 'ext4_sync_file']
  const parts = noParts()
  addStay(parts, waits, 100, [10, 20, 30, 5, 15])
  t.deepEqual(parts, { ownNs: 0, handlesNs: 20, othersNs: 30, logNs: 5 + 30, flushNs: 15 })
  const short = noParts()
  addStay(short, waits, 40, [0, 20, 30, 5, 15])
  t.deepEqual(short, { ownNs: 0, handlesNs: 20, othersNs: 20, logNs: 0, flushNs: 0 })
})

test('who else is in a transaction: most blocks, and the data that were waited for', (t) => {
  const known = transactions()
  const part = { fs: 1, transaction: 9, pid: 7, comm: 'db', file: null, handles: 1, blocks: 10, ns: 0 }
  known.add(part)
  t.is(known.others(1, 9, 7), '')
  t.is(known.others(1, 8, 7), undefined)
  known.add({ ...part, pid: 8, comm: 'tar', blocks: 15 })
  known.add({ ...part, pid: 8, comm: 'tar', blocks: 15 })
  known.add({ ...part, pid: 8, comm: 'tar', file: '/d/big', blocks: 0, ns: 80e6 })
  t.is(known.others(1, 9, 7), 'tar 8: 75% of 40 blocks; 80.0ms for data of tar 8 in /d/big')
  t.is(known.others(1, 9, 8), 'db 7: 25% of 40 blocks')
})
