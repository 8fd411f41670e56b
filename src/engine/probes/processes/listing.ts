// Records of probes/processes.bpf.c. Where the kernel's program goes from process to process (Linux 6.7 and later) it says
// so many at once; else it is called for each thread of the machine.
import type { BpfObject } from '../../native/object.ts'

export const LIST = 'list_processes'
export const READ = 'read_processes'
const PAGE = 512
/** Some before may have ended between two pages, and those behind moved up: a part is said twice. */
const OVERLAP = 32

/** Gives all processes, piece by piece: each is to be read before the next one is asked for; some are in two. */
export const processLister = (object: BpfObject, page = PAGE, overlap = OVERLAP): (() => Iterable<Buffer>) => {
  if (!object.programFds().has(LIST)) return () => [object.iterate(READ)]
  const paging = object.map('.data.paging')
  const at = object.layout('paging', ['skipped', 'page', 'seen'])
  const now = paging.mapped()
  const value = Buffer.alloc(paging.valueSize)
  value.writeUInt32LE(page, at.page)
  return function* () {
    for (let skipped = 0; ;) {
      // on most machines there is one page
      if (now.readUInt32LE(at.page) !== page || now.readUInt32LE(at.skipped) !== skipped) {
        value.writeUInt32LE(skipped, at.skipped)
        paging.update(Buffer.alloc(4), value)
      }
      yield object.iterate(LIST)
      const seen = now.readUInt32LE(at.seen)
      if (seen < skipped + page) return
      skipped = seen - overlap
    }
  }
}
