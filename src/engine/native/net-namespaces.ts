// Iterators over sockets that show those of the reader's network namespace only, read in all of them: this thread goes
// into one after the other, which nothing else notices as it does not wait meanwhile. A namespace is found by the
// processes in it.
import { closeSync, existsSync, openSync, readdirSync, statSync } from 'node:fs'
import koffi from 'koffi'
import { orElse } from '../proc/stat.ts'
import { BpfError } from './libbpf.ts'

const CLONE_NEWNET = 0x4000_0000
/** For one of going through all processes. */
const REST_PER_MS = 50
const MOST_NAMESPACES = 1000

const namespaceFile = (pid: string): string => `/proc/${pid}/ns/net`

/** Gives what `read` gave in each namespace, ours first, one after the other in a buffer of its own. Throws BpfError. */
export const inEachNetNamespace = (nowMs: () => number): ((read: () => Buffer) => Buffer) => {
  const setns = koffi.load(null).func('int setns(int fd, int type)')
  const own = openSync(namespaceFile('self'), 'r')
  const ours = statSync(namespaceFile('self')).ino
  let others: string[] = []
  let lookedMs = -Infinity
  let costMs = 0

  const look = (): void => {
    const beganMs = nowMs()
    if (beganMs - lookedMs < costMs * REST_PER_MS) return
    const byNumber = new Map<number, string>()
    for (const pid of orElse([], () => readdirSync('/proc'))) {
      if (!/^\d/.test(pid) || byNumber.size === MOST_NAMESPACES) continue
      const number = orElse(ours, () => statSync(namespaceFile(pid)).ino)
      // the first of its processes, which often is there longest
      if (number !== ours && !byNumber.has(number)) byNumber.set(number, pid)
    }
    others = [...byNumber.values()]
    lookedMs = nowMs()
    costMs = lookedMs - beganMs
  }

  const goBack = (): void => {
    if (setns(own, CLONE_NEWNET) < 0) throw new BpfError('go back to the own network namespace', koffi.errno())
  }

  return (read) => {
    // one that ended may have left others in its namespace
    if (others.some((pid) => !existsSync(namespaceFile(pid)))) lookedMs = -Infinity
    look()
    const found = [Buffer.from(read())]
    for (const pid of others) {
      const fd = orElse(-1, () => openSync(namespaceFile(pid), 'r'))
      if (fd < 0) continue
      const isThere = setns(fd, CLONE_NEWNET) === 0
      closeSync(fd)
      if (!isThere) continue
      try {
        found.push(Buffer.from(read()))
      } finally {
        goBack()
      }
    }
    return Buffer.concat(found)
  }
}
