import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { memoryOf, treeFinder } from '../../src/screen/own-cost.ts'
import { until } from '../helpers/programs.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

test('the tree of a process, found again when it has changed', async (t) => {
  const shell = spawn('sh', ['-c', 'sleep 30 & sleep 31 & read line; kill $!; wait'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  t.teardown(() => spawn('sh', ['-c', `kill $(ps -o pid= --ppid ${shell.pid}); kill ${shell.pid}`]))
  const find = treeFinder()
  let tree: number[] = []
  await until(() => {
    void find(shell.pid!).then((found) => {
      tree = found
    })
    return tree.length === 3
  })
  t.is(tree[0], shell.pid)
  shell.stdin.write('\n')
  await until(() => {
    void find(shell.pid!).then((found) => {
      tree = found
    })
    return tree.length === 2
  })
  t.false((await find(process.pid)).includes(process.ppid))
  t.true((await find(process.pid)).includes(shell.pid!))
})

test('where the kernel does not list children, by the parents of all', async (t) => {
  const proc = temporaryFolder(t)
  const make = (pid: number, parent: number): void => {
    mkdirSync(join(proc, String(pid), 'task', String(pid)), { recursive: true })
    writeFileSync(join(proc, String(pid), 'stat'), `${pid} (a) b) S ${parent} 1 1`)
  }
  make(10, 1)
  make(11, 10)
  make(12, 11)
  make(13, 1)
  const find = treeFinder(proc)
  t.deepEqual(await find(10), [10, 11, 12])
  make(14, 12)
  t.deepEqual(await find(10), [10, 11, 12, 14])
})

test('a process that is not there has only itself', async (t) => {
  t.deepEqual(await treeFinder()(4_000_000), [4_000_000])
})

test('shared memory counts once: shares as root, else what is its own and the largest shared part', (t) => {
  const proc = temporaryFolder(t)
  const make = (pid: number, own: number, shared: number, share?: number): void => {
    mkdirSync(join(proc, String(pid)))
    writeFileSync(
      join(proc, String(pid), 'status'),
      `Name:\tx\nVmRSS:\t 1 kB\nRssAnon:\t ${own} kB\nRssFile:\t ${shared - 10} kB\nRssShmem:\t 10 kB\n`,
    )
    // a folder is not to be read: as one without rights
    if (share === undefined) mkdirSync(join(proc, String(pid), 'smaps_rollup'))
    else
      writeFileSync(
        join(proc, String(pid), 'smaps_rollup'),
        `0-1 ---p 0 00:00 0 [rollup]\nRss: 9999 kB\nPss: ${share} kB\n`,
      )
  }
  make(1, 3000, 1000, 5000)
  make(2, 2500, 900, 4000)
  t.is(memoryOf([1, 2], proc), 9000 * 1024)
  t.is(memoryOf([1, 2, 77], proc), 9000 * 1024, 'one that has ended has none')
  make(3, 4000, 1200)
  t.is(memoryOf([1, 3], proc), (3000 + 4000 + 1200) * 1024)
  t.is(memoryOf([4], proc), 0)
  const own = memoryOf([process.pid])!
  t.true(own > 10e6 && own <= process.memoryUsage().rss * 1.1)
})
