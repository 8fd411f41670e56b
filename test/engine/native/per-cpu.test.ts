// Counters of all CPUs as one: large ones, and numbers of them that are no multiple of those looked at together.
import test from 'ava'
import {
  changedIn,
  eachCpu,
  growthPerCpu,
  HIST_WORDS,
  histDifference,
  histSince,
  sumPerCpu,
  totalPerCpu,
  words,
} from '../../../src/engine/native/per-cpu.ts'

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

test('counters that changed are found, in their low or their high half', (t) => {
  const before = Float64Array.of(0, 1, 2 ** 53 - 2, 2 ** 40, 7, 5)
  const now = Float64Array.of(0, 2, 2 ** 53 - 1, 2 ** 41, 7, 0)
  t.deepEqual(changedIn(now, before), [1, 2, 3, 5])
  t.deepEqual(changedIn(now.subarray(1), before.subarray(1)), [0, 1, 2, 4])
  t.deepEqual(changedIn(now, now.slice()), [])
})

test('a histogram has what was counted since the last reading, and its sum', (t) => {
  const counters = new Float64Array(HIST_WORDS)
  const since = histDifference()
  const read = (more: Record<number, number>) => {
    for (const [at, count] of Object.entries(more)) counters[Number(at)]! += count
    return since(counters, 9)
  }
  const last = HIST_WORDS - 1
  t.deepEqual(read({ 0: 1, 5: 2 ** 33, [last]: 100 }), {
    slots: [0, 1, 5, 2 ** 33],
    count: 2 ** 33 + 1,
    sumNs: 100,
    maxNs: 9,
  })
  t.deepEqual(read({ 5: 1, [last - 1]: 3, [last]: 7 }), { slots: [5, 1, last - 1, 3], count: 4, sumNs: 7, maxNs: 9 })
  t.deepEqual(read({}), { slots: [], count: 0, sumNs: 0, maxNs: 9 })
})

test('counters of several CPUs that grew, in order, large ones too, and once only', (t) => {
  const [counters, valueSize] = [7, 8 * 8]
  const value = Buffer.from(new ArrayBuffer(2 * valueSize))
  const add = (cpu: number, place: number, count: number): void => {
    const at = cpu * valueSize + 8 + place * 8
    value.writeBigUInt64LE(value.readBigUInt64LE(at) + BigInt(count), at)
  }
  const growth = growthPerCpu(valueSize, 8, counters)
  t.deepEqual(growth(words(value)), [])
  add(1, 0, 2 ** 31)
  add(1, 5, 3)
  add(0, 5, 2 ** 40 + 1)
  add(0, 6, 2 ** 32 - 1)
  t.deepEqual(growth(words(value)), [0, 2 ** 31, 5, 2 ** 40 + 4, 6, 2 ** 32 - 1])
  t.deepEqual(growth(words(value)), [])
  add(0, 6, 1) // from the lower half into the upper one
  add(1, 0, 2 ** 31 + 1)
  t.deepEqual(growth(words(value)), [0, 2 ** 31 + 1, 6, 1])
  value.writeBigUInt64LE(9n, valueSize)
  t.deepEqual(growth(words(value)), [], 'of another')
})

test('a histogram over CPUs has what was counted since the last call, and its sum', (t) => {
  const valueSize = (HIST_WORDS + 1) * 8
  const value = Buffer.from(new ArrayBuffer(2 * valueSize))
  const add = (cpu: number, place: number, count: number): void => {
    const at = cpu * valueSize + 8 + place * 8
    value.writeBigUInt64LE(value.readBigUInt64LE(at) + BigInt(count), at)
  }
  const since = histSince(valueSize, 8)
  const read = (maxNs: number) => since(words(value), maxNs)
  const last = HIST_WORDS - 1
  add(0, 5, 1)
  add(1, 5, 2)
  add(1, 7, 7)
  add(0, last, 100)
  add(1, last, 2 ** 40)
  t.is(totalPerCpu(words(value), valueSize, 8 + last * 8), 2 ** 40 + 100)
  t.deepEqual(read(9), { slots: [5, 3, 7, 7], count: 10, sumNs: 2 ** 40 + 100, maxNs: 9 })
  t.deepEqual(read(0), { slots: [], count: 0, sumNs: 0, maxNs: 0 })
  add(1, 0, 2) // they took no time at all
  t.deepEqual(read(0), { slots: [0, 2], count: 2, sumNs: 0, maxNs: 0 })
  add(1, last - 1, 1)
  add(1, last, 50)
  t.deepEqual(read(50), { slots: [last - 1, 1], count: 1, sumNs: 50, maxNs: 50 })
})

test('counters next to one another are added for each CPU, however large', (t) => {
  const value = Buffer.alloc(3 * 2 * 8)
  ;[7n, 1n, 2n ** 40n, 9n, 3n, 2n ** 33n].forEach((count, i) => value.writeBigUInt64LE(count, i * 8))
  t.deepEqual(eachCpu(words(value), 24, 0), [7, 9])
  t.deepEqual(eachCpu(words(value), 24, 8, 2), [2 ** 40 + 1, 2 ** 33 + 3])
})
