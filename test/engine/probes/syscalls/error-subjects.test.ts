// What calls that failed were about, as the kernel program hands it over, and which argument of which call that is.
import test from 'ava'
import { failureLayout } from '../../../../src/engine/probes/syscalls/record-layout.ts'
import { failureDecoder, subjectBytes } from '../../../../src/engine/probes/syscalls/error-subjects.ts'
import { typesOf } from '../../../helpers/types.ts'

const LAYOUT = failureLayout(typesOf('syscalls_detail'))
const { key: AT, textBytes: TEXT_BYTES, numbers } = LAYOUT
const decodeFailure = failureDecoder(LAYOUT)
const numberOf = (name: string): number =>
  Array.from({ length: numbers.count }, (_, index) => index).find((index) => numbers.nameOf(index) === name)!

const failed = (name: string, text: Buffer, bytes = text.length) => {
  const key = Buffer.alloc(AT.size)
  key.writeUInt32LE(numberOf(name), AT.index)
  key.writeUInt16LE(111, AT.errno)
  key.writeUInt16LE(bytes, AT.bytes)
  text.copy(key, AT.text)
  return decodeFailure(key, 3)
}
const address = (family: number, port: number, ...rest: number[]): Buffer => {
  const bytes = Buffer.from([0, 0, 0, 0, ...rest])
  bytes.writeUInt16LE(family, 0)
  bytes.writeUInt16BE(port, 2)
  return bytes
}

test('a path, up to its end; one that did not fit ends in a mark', (t) => {
  t.deepEqual(failed('openat', Buffer.from('/etc/absent\0')), {
    name: 'openat',
    errno: 111,
    about: '/etc/absent',
    count: 3,
  })
  t.is(failed('openat', Buffer.alloc(TEXT_BYTES, 'x')).about, `${'x'.repeat(TEXT_BYTES - 1)}…`)
  t.is(failed('openat', Buffer.from('x\0'), 60_000).about.length, TEXT_BYTES)
})

test('addresses of sockets', (t) => {
  t.is(failed('connect', address(2, 80, 10, 0, 0, 1)).about, '10.0.0.1:80')
  const loopback = [0, 0, 0, 0, ...Array.from({ length: 15 }, () => 0), 1, 0, 0, 0, 0]
  t.is(failed('connect', address(10, 443, ...loopback)).about, '[::1]:443')
  t.is(failed('connect', Buffer.from('\x01\0/run/none.sock\0rest')).about, '/run/none.sock')
  t.is(failed('connect', Buffer.from('\x01\0\0name')).about, '@name')
  t.is(failed('bind', address(16, 0)).about, 'address family 16')
  t.is(failed('connect', Buffer.from([2])).about, 'address family 0')
})

test('which argument: by name, nothing for calls that have neither', (t) => {
  const of = subjectBytes(LAYOUT)
  t.is(of.length, numbers.count)
  t.is(of[numberOf('openat')], 2)
  t.is(of[numberOf('execve')], 1)
  t.is(of[numberOf('symlinkat')], 3)
  t.is(of[numberOf('connect')], 0x82)
  t.is(of[numberOf('read')], 0)
})
