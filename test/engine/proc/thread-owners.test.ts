// Whose thread a number is: those of this process, and of folders made for it.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { threadOwners } from '../../../src/engine/proc/thread-owners.ts'
import { temporaryFolder } from '../../helpers/temporary.ts'

test('each thread of this process is of it', (t) => {
  const tids = readdirSync('/proc/self/task').map(Number)
  t.true(tids.length > 1)
  const owners = threadOwners(() => 0)(tids)
  t.deepEqual([...owners.keys()], tids)
  for (const { pid } of owners.values()) t.is(pid, process.pid)
})

test('read once in a while; one that has ended is remembered, one that was never there is not known', (t) => {
  const proc = temporaryFolder(t)
  const write = (tid: number, pid: number, name: string): void => {
    mkdirSync(join(proc, String(tid)), { recursive: true })
    writeFileSync(join(proc, String(tid), 'status'), `Name:\t${name}\nUmask:\t0022\nTgid:\t${pid}\nPid:\t${tid}\n`)
  }
  let nowMs = 0
  const ownersOf = threadOwners(() => nowMs, proc)
  const of = (tid: number) => ownersOf([tid]).get(tid)
  write(12, 10, 'a\\nb \\\\c')
  t.deepEqual(of(12), { pid: 10, name: 'a\nb \\c' })
  t.is(of(13), undefined)
  write(12, 11, 'other')
  nowMs = 9000
  t.is(of(12)!.pid, 10)
  nowMs = 20_000
  t.deepEqual(of(12), { pid: 11, name: 'other' })
  rmSync(join(proc, '12'), { recursive: true })
  nowMs = 40_000
  t.is(of(12)!.pid, 11)
})
