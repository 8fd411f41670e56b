// What the kernel counts of TCP as a whole: by names, whatever their order, as differences.
import test from 'ava'
import { tcpCounter, tcpCounterEverywhere, tcpFields } from '../../../src/engine/proc/snmp.ts'

const text = (values: Record<string, number>): string =>
  `Ip: Forwarding\nIp: 1\nTcp: ${Object.keys(values).join(' ')}\nTcp: ${Object.values(values).join(' ')}\nUdp: A\nUdp: 1\n`

test('by name, and only what is there', (t) => {
  t.deepEqual(tcpFields(text({ CurrEstab: 3, MaxConn: -1, ActiveOpens: 5 })), { ActiveOpens: 5, CurrEstab: 3 })
  t.deepEqual(tcpFields(''), {})
  t.deepEqual(tcpFields('Tcp: ActiveOpens\n'), {})
})

test('differences; closed is what began, did not fail, and is not there any more', (t) => {
  const base = {
    ActiveOpens: 10,
    PassiveOpens: 20,
    AttemptFails: 1,
    EstabResets: 0,
    CurrEstab: 7,
    RetransSegs: 2,
    OutRsts: 0,
  }
  let now = base
  const read = tcpCounter(() => text(now))
  t.true(Object.values(read()).every((count) => count === 0))
  now = { ActiveOpens: 15, PassiveOpens: 24, AttemptFails: 2, EstabResets: 1, CurrEstab: 6, RetransSegs: 5, OutRsts: 4 }
  t.deepEqual(read(), { opened: 5, accepted: 4, closed: 9, refused: 1, resetIn: 1, resetOut: 4, retransmits: 3 })
  now = base // of another namespace, or wrapped round
  t.deepEqual(read().opened, 0)
})

test('nothing to read is nothing', (t) => {
  const read = tcpCounter(() => '')
  read()
  t.true(Object.values(read()).every((count) => count === 0))
})

test('of other namespaces, too, each by whoever is in it; a new one from when it was found on', (t) => {
  const opens = new Map<number | 'self', number>([
    ['self', 100],
    [7, 50],
    [8, 50],
  ])
  let others = [{ number: 1, pid: 7 }]
  const read = tcpCounterEverywhere(
    () => others,
    (of) =>
      opens.has(of) ? text({ ActiveOpens: opens.get(of)!, PassiveOpens: 0, AttemptFails: 0, CurrEstab: 0 }) : '',
  )
  t.is(read().opened, 0)
  opens.set('self', 101).set(7, 55)
  t.is(read().opened, 6)
  // another process of the same, then nobody that can be read, then again
  others = [{ number: 1, pid: 8 }]
  opens.set(8, 57)
  t.is(read().opened, 2)
  opens.delete(8)
  t.is(read().opened, 0)
  opens.set(8, 60)
  t.is(read().opened, 3)
  others = [...others, { number: 2, pid: 9 }]
  opens.set(9, 1000)
  t.is(read().opened, 0)
  opens.set(9, 1004)
  t.is(read().opened, 4)
})
