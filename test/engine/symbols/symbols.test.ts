// The kernel's symbols, and what the kernel programs are told about whom to look at.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { cpusIn } from '../../../src/engine/native/perf-events.ts'
import { selectionWriter } from '../../../src/engine/native/selection.ts'
import { cgroupRoot } from '../../../src/engine/proc/cgroups.ts'
import { readKernelSymbols } from '../../../src/engine/symbols/kernel.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'
import { typesOf } from '../../helpers/types.ts'

test('kernel symbols: functions only, aliases by the first, modules kept', async (t) => {
  const path = join(temporaryFolder(t), 'kallsyms')
  writeFileSync(
    path,
    [
      'ffffffff81000100 T second',
      'ffffffff81000100 T alias',
      'ffffffff81000000 T first',
      'ffffffff81000080 D data',
      'ffffffffc0000000 t inner\t[ext4]',
      'ffffffffc0001000 b data_too\t[ext4]',
      '',
    ].join('\n'),
  )
  const symbols = await readKernelSymbols(path)
  t.is(symbols.count, 4)
  t.false(symbols.hidden)
  const at = (text: string) => symbols.frame(Number.parseInt(text, 16))
  t.deepEqual(at('ffff810000ff'), { name: 'first', kind: 'kernel' })
  t.deepEqual(at('ffff81000100'), { name: 'second', kind: 'kernel' })
  t.deepEqual(at('ffffc0000010'), { name: 'inner', kind: 'kernel', module: 'ext4' })
  t.is(at('ffff80000000').kind, 'unknown')
  t.is(at('ffffc1000000').kind, 'unknown')
})

test('kernel symbols that are hidden are told from none', async (t) => {
  const path = join(temporaryFolder(t), 'kallsyms')
  writeFileSync(path, '0000000000000000 T first\n0000000000000000 t second\n')
  const symbols = await readKernelSymbols(path)
  t.true(symbols.hidden)
  t.regex(symbols.frame(0xffff81000000).module!, /kptr_restrict/)
})

test('a selection as the kernel programs read it', (t) => {
  const types = typesOf('sched')
  const { bytes: selectionBytes } = selectionWriter(types)
  const at = types.layout('selection', ['kind', 'id', 'comm', 'processes'])
  t.is(selectionBytes('none').readUInt32LE(at.kind), 0)
  t.is(selectionBytes('all').readUInt32LE(at.kind), 1)
  const bytes = selectionBytes({ is: 'comm', comm: 'twenty letters in all' })
  t.is(bytes.toString('latin1', at.comm, at.comm + 16), 'twenty letters \0')
  t.is(selectionBytes({ is: 'thread', pid: 7, tid: 8 }).readUInt32LE(at.id), 8)
  const several = selectionBytes({ is: 'pids', pids: [7, 8, 9], over: [8] })
  t.deepEqual(
    [at.kind, at.processes, at.processes + 4, at.processes + 8].map((where) => several.readUInt32LE(where)),
    [6, 7, 9, 0],
  )
  t.throws(() => selectionBytes({ is: 'cgroup', path: '/no/such/group' }), { message: /no.*\/no\/such\/group/ })
  t.is(
    cgroupRoot('cgroup /sys/fs/cgroup/cpu cgroup rw 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n'),
    '/sys/fs/cgroup/unified',
  )
})

test('lists of CPUs', (t) => {
  t.deepEqual(cpusIn('0-3,8\n'), [0, 1, 2, 3, 8])
  t.deepEqual(cpusIn('0\n'), [0])
})
