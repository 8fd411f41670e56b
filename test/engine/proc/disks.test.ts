// Disks by their numbers, from a made-up /sys.
import test from 'ava'
import { devText, diskNames, isIdle } from '../../../src/engine/proc/disks.ts'

test('disks: number, name, name of one that is gone, hostile name, idleness', (t) => {
  const dev = (7 << 20) | 300
  t.is(devText(dev), '7:300')
  let link: string | undefined = '../../devices/virtual/block/cciss!c0d0'
  const names = diskNames((path) => {
    t.is(path, '/sys/dev/block/7:300')
    if (!link) throw new Error('ENOENT')
    return link
  })
  t.is(names(dev), 'cciss/c0d0')
  link = undefined
  t.is(names(dev), 'cciss/c0d0')
  t.is(
    diskNames(() => {
      throw new Error('ENOENT')
    })(dev),
    '7:300',
  )
  t.is(diskNames(() => 'a/\x1b[31mred')(dev), '?[31mred')
  t.is(names(0), 'others')
  t.true(isIdle(dev, () => '       0        0\n'))
  t.false(isIdle(dev, () => '       0        2\n'))
  t.false(
    isIdle(dev, () => {
      throw new Error('ENOENT')
    }),
  )
})
