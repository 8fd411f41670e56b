// Measured on the real kernel: figures that can be, none of it left.
import { readdirSync, readlinkSync } from 'node:fs'
import test from 'ava'
import { createDispatch } from '../../../src/engine/native/dispatch.ts'
import { holdStatistics } from '../../../src/engine/native/work.ts'
import { USUAL } from '../../../src/engine/base/dispatch.ts'
import { bpfTest } from '../../helpers/bpf.ts'

/** Programs and hooks that this process holds. */
const held = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const what = readlinkSync(`/proc/self/fd/${fd}`)
      return /bpf/.test(what) ? [what] : []
    } catch {
      return [] // that of the folder itself
    }
  })

test('as usual until it is measured', (t) => {
  t.deepEqual(createDispatch().now(), USUAL)
})

bpfTest('a system call takes more with a program that does nothing; none is left', (t) => {
  const before = held()
  const dispatch = createDispatch()
  dispatch.measureFirst()
  dispatch.measureOthers()
  t.deepEqual(held(), before)
  const release = holdStatistics()
  t.teardown(release)
  const during = held()
  dispatch.measureClock()
  t.deepEqual(held(), during)
  const { callNs, aloneNs, moreNs, clockNs } = dispatch.now()
  t.log(dispatch.now())
  // whoever else is at system calls has taken the longer way already, and then each is one of several
  t.true(callNs + aloneNs + moreNs > 5 && callNs <= 1000, `${callNs} ${aloneNs} ${moreNs} ns`)
  t.true(clockNs > 2 && clockNs <= 150, `${clockNs} ns`)
  dispatch.measureClock()
  t.is(dispatch.now().clockNs, clockNs, 'only once')
})
