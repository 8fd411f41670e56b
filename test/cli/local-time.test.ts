import test from 'ava'
import { isoWithZone } from '../../src/cli/local-time.ts'

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 6)

test('local time with its zone', (t) => {
  t.is(isoWithZone(at, 0), '2026-01-02T03:04:05.006Z')
  t.is(isoWithZone(at, 120), '2026-01-02T05:04:05.006+02:00')
  t.is(isoWithZone(at, -210), '2026-01-01T23:34:05.006-03:30')
  t.is(new Date(isoWithZone(at, 345)).getTime(), at)
})
