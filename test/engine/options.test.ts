import test from 'ava'
import { engineOptions } from '../../src/engine/options.ts'

test('without arguments: a second, the directory of processes and the four kernel probes', (t) =>
  t.like(engineOptions([]), { intervalMs: 1000, probes: ['processes', 'sched', 'block', 'tcp', 'syscalls'] }))

test('all given; probes as they are named, intervals within bounds', (t) =>
  t.deepEqual(engineOptions(['--interval', '7', '--probes', 'execsnoop,sched', '--objects', '/o', '--scripts', '/s']), {
    intervalMs: 100,
    probes: ['execsnoop', 'sched'],
    objects: '/o',
    scripts: '/s',
    unsafe: false,
    scriptBytes: 0,
    fullFirst: false,
    limitPercent: 0,
  }))

test('the first interval may be asked for in full', (t) => t.true(engineOptions(['--full-first']).fullFirst))

test('a limit to what the kernel programs take', (t) =>
  t.is(engineOptions(['--max-overhead', '2.5']).limitPercent, 2.5))

test('no probes at all is possible', (t) => t.deepEqual(engineOptions(['--probes', '']).probes, []))

test('nonsense is named', (t) => {
  t.throws(() => engineOptions(['--interval', 'soon']), { message: /--interval soon/ })
  t.throws(() => engineOptions(['--probes', 'sched,nonesuch']), { message: /nonesuch: none of .*\bsched\b/ })
  t.throws(() => engineOptions(['--max-overhead', 'much']), { message: /--max-overhead much/ })
  t.throws(() => engineOptions(['--shell']), { message: /--shell/ })
})
