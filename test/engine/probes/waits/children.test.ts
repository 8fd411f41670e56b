// Whose children processes are, while they come, go and are adopted.
import test from 'ava'
import { openChildren } from '../../../../src/engine/probes/waits/children.ts'
import type { Thread } from '../../../../src/engine/probes/waits/thread.ts'

const process = (pid: number, parent: number, tid = pid) => ({ tid, pid, parent }) as Thread

test('children of each, without their threads, in the order in which they were met', (t) => {
  const children = openChildren()
  children.update({ fresh: [process(1, 0), process(7, 1), process(5, 1), process(5, 1, 6)], gone: [] }, [])
  t.deepEqual([children.of(0), children.of(1), children.of(5)], [[1], [7, 5], []])
  // said again, as it has run
  children.update({ fresh: [process(7, 1)], gone: [] }, [])
  t.deepEqual(children.of(1), [7, 5])
})

test('one that has gone, one that was adopted, and a number that is used again', (t) => {
  const children = openChildren()
  children.update({ fresh: [process(1, 0), process(2, 1), process(3, 2), process(4, 2)], gone: [] }, [])
  children.update({ fresh: [], gone: [2, 4] }, [process(3, 1)])
  t.deepEqual([children.of(1), children.of(2)], [[3], []])
  children.update({ fresh: [process(3, 9)], gone: [3] }, [])
  t.deepEqual([children.of(1), children.of(9)], [[], [3]])
  children.update({ fresh: [process(3, 1)], gone: [] }, [])
  t.deepEqual([children.of(1), children.of(9)], [[3], []])
})
