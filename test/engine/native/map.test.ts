// Tables that are read whole: nothing is left out, however many entries there are.
import { join } from 'node:path'
import { loadObject } from '../../../src/engine/native/object.ts'
import { bpfTest } from '../../helpers/bpf.ts'
import { probeContext } from '../../helpers/workload.ts'

for (const entries of [0, 1, 127, 128, 129, 1000, 8192])
  bpfTest(`a table of ${entries}: all of them, and emptied`, (t) => {
    const object = loadObject(join(probeContext.objects, 'syscalls.bpf.o'), {})
    t.teardown(object.close)
    const map = object.map('ended')
    const value = Buffer.alloc(map.valueSize)
    const key = Buffer.alloc(map.keySize)
    for (let i = 0; i < entries; i++) {
      key.writeUInt32LE(i)
      value.writeUInt32LE(i)
      map.update(key, value)
    }
    for (const read of [map.all, map.drain]) {
      const { count, keys, values } = read()
      const found = Array.from({ length: count }, (_, i) => keys.readUInt32LE(i * map.keySize))
      t.deepEqual(
        found.toSorted((a, b) => a - b),
        Array.from({ length: entries }, (_, i) => i),
      )
      t.true(found.every((each, i) => values.readUInt32LE(i * map.valueSize) === each))
    }
    t.is(map.drain().count, 0)
  })
