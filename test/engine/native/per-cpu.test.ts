// Counters of all CPUs as one: large ones, and numbers of them that are no multiple of those looked at together.
import test from 'ava'
import { sumPerCpu, words } from '../../../src/engine/native/per-cpu.ts'

test('counters are added over CPUs, wherever they are and however large', (t) => {
  const [cpus, counters, before] = [3, 11, 2]
  const valueSize = (before + counters + 1) * 8
  const buffer = Buffer.alloc(valueSize * cpus)
  const expected = new Float64Array(counters)
  for (let cpu = 0; cpu < cpus; cpu++) {
    buffer.fill(0xff, cpu * valueSize, cpu * valueSize + before * 8) // another's
    buffer.fill(0xff, (cpu + 1) * valueSize - 8, (cpu + 1) * valueSize)
    for (let i = cpu; i < counters; i += 3 + cpu) {
      const value = i % 2 === 0 ? 2 ** 32 * (i + 1) : 2 ** 40 + 7 * i
      buffer.writeBigUInt64LE(BigInt(value), cpu * valueSize + (before + i) * 8)
      expected[i]! += value
    }
  }
  for (const length of [1, 4, 6, counters]) {
    const into = new Float64Array(length).fill(5)
    t.deepEqual(sumPerCpu(words(buffer), valueSize, before * 8, into), expected.subarray(0, length))
  }
})
