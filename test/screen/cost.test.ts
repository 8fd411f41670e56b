import { spawn } from 'node:child_process'
import test from 'ava'
import { treeFinder } from '../../src/screen/cost.ts'
import { until } from '../helpers/programs.ts'

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

test('a process that is not there has only itself', async (t) => {
  t.deepEqual(await treeFinder()(4_000_000), [4_000_000])
})
