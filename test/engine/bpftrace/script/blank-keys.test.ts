// Keys whose blanks bpftrace has left out: from the script's own texts, and from what runs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'ava'
import { createBlankKeys } from '../../../../src/engine/bpftrace/script/blank-keys.ts'
import { createMaps } from '../../../../src/engine/bpftrace/script/map-growth.ts'
import { blankNames } from '../../../../src/engine/proc/blank-names.ts'
import { planOf } from '../../../../src/model/scripts/plan.ts'

const RUN = new Map([
  ['tmux:server', 'tmux: server'],
  ['(sd-pam)', '(sd-pam)'],
])

const keysOf = (body: string, ...keys: string[]): unknown[] => {
  const plan = planOf({ name: 'x', text: `k:a { ${body} }`, taken: () => false })
  const maps = createMaps(plan)
  const name = plan.maps[0]!.name
  maps.add({ type: 'map', name, entries: keys.map((key, at) => [key, at + 1]) }, true)
  const { tables } = maps.read(true)
  const whole = createBlankKeys(plan, (squeezed) => RUN.get(squeezed))(tables)
  return whole.m0!.rows.map((row) => row.slice(0, plan.maps[0]!.keys.length))
}

test('of commands that run, and of texts of the script; what is not known stays', (t) => {
  t.deepEqual(keysOf('@[comm] = count()', 'tmux:server', 'sd-pam', 'sh'), [['tmux: server'], ['(sd-pam)'], ['sh']])
  t.deepEqual(keysOf('@[comm, pid] = count()', 'tmux:server,5', '(sd-pam),6'), [
    ['tmux: server', 5],
    ['(sd-pam)', 6],
  ])
  t.deepEqual(keysOf('@["page fault", pid] = count()', 'pagefault,5'), [['page fault', 5]])
  t.deepEqual(keysOf('@[$is] = count(); $is = "(in a bracket)"; $is = "two  words"', 'inabracket', 'twowords'), [
    ['(in a bracket)'],
    ['two  words'],
  ])
  // a path is none of them
  t.deepEqual(keysOf('@[str(arg0)] = count()', 'tmux:server'), [['tmux:server']])
})

test('a name of a thread that runs is found, and kept when that has ended', async (t) => {
  const child = spawn('perl', ['-e', '$| = 1; $0 = "a  name (x)"; print "\n"; sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  let nowMs = 0
  const nameOf = blankNames(() => nowMs)
  t.is(nameOf('aname(x)'), 'a  name (x)')
  t.is(nameOf('aname(y)'), undefined)
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  nowMs = 1e6
  t.is(nameOf('aname(y)'), undefined)
  t.is(nameOf('aname(x)'), 'a  name (x)')
})
