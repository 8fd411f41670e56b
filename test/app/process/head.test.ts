// What /proc says of a process, as lines: who it is, and on which files its threads wait.
import test from 'ava'
import { factLines } from '../../../src/app/process/head.ts'
import type { Message } from '../../../src/stream/stream-types.ts'
import { textsOf } from '../../helpers/line-texts.ts'

type Facts = Extract<Message, { type: 'process' }>
const FACTS = {
  ...{
    type: 'process',
    atMs: 100_000,
    pid: 7,
    comm: 'postgres',
    args: ['postgres', '-D', '/data'],
    uid: 113,
    user: 'pg',
  },
  ...{
    parents: [
      { pid: 5, comm: 'sh' },
      { pid: 1, comm: 'init' },
    ],
    cgroup: '/db',
    startMs: 40_000,
    rssBytes: 4096,
    cpuMs: 3000,
  },
  files: [],
} as unknown as Facts
const lines = (more: Partial<Facts> = {}, shownMs = 100_000) => factLines({ ...FACTS, ...more }, 80, shownMs, 1000)
const texts = (...args: Parameters<typeof lines>) => textsOf(lines(...args))

test('command line, user, age, memory, parents and group', (t) => {
  t.deepEqual(texts(), [
    ' postgres -D /data',
    ' user pg  started 1m00 ago  memory 4.00K  CPU time 3.0s',
    ' parents sh 5 < init 1  cgroup /db',
    '',
  ])
  t.deepEqual(factLines(undefined, 80, 0, 1000), [])
})

test('what is not known: a name in brackets, a number, no group, no parents', (t) => {
  const made = texts({ args: [], user: undefined, cgroup: undefined, parents: [] })
  t.deepEqual(made.slice(0, 3), [
    ' [postgres]',
    ' user 113  started 1m00 ago  memory 4.00K  CPU time 3.0s',
    ' parents none',
  ])
})

test('facts that are older than the instant shown say so', (t) => {
  t.regex(texts({}, 110_000)[1]!, /started 1m10 ago .* as of 10s before$/)
  t.notRegex(texts({}, 100_900)[1]!, /as of/)
})

test('files that threads wait on, those of most threads first, four of them', (t) => {
  const on = (file: string, call = 'read') => ({ call, file })
  const files = [on('/a'), on('/b'), on('/b'), on('/b', 'write'), on('/c'), on('/d')] as Facts['files']
  t.deepEqual(texts({ files }).slice(3), [
    ' in read on /b  2 threads',
    ' in read on /a',
    ' in write on /b',
    ' in read on /c',
    '',
  ])
})

test('groups that other hierarchies have it in, on a line of their own', (t) => {
  const [, , , line] = texts({
    otherGroups: [
      { of: 'cpu,cpuacct', cgroup: '/c' },
      { of: 'memory', cgroup: '/m' },
    ],
  })
  t.is(line, ' other cgroups cpu,cpuacct /c  memory /m')
  t.is(texts().filter((each) => each.includes('other cgroups')).length, 0)
})
