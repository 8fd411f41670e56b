// Records of probes/processes.bpf.c. Where the kernel's program goes from process to process (Linux 6.7 and later) it says
// so many at once; else it is called for each thread of the machine.
import type { BpfObject } from '../../native/object.ts'

export const LIST = 'list_processes'
export const READ = 'read_processes'
const PAGE = 512
/** Some before may have ended between two pages, and those behind moved up: a part is said twice. */
const OVERLAP = 32

/** Each piece is to be read before the next one is asked for; some processes are in two. */
export function* processRecords(object: BpfObject, page = PAGE, overlap = OVERLAP): Generator<Buffer> {
  if (!object.programFds().has(LIST)) {
    yield object.iterate(READ)
    return
  }
  const paging = object.map('.data.paging')
  const at = object.layout('paging', ['skipped', 'page', 'seen'])
  const key = Buffer.alloc(4)
  const value = Buffer.alloc(paging.valueSize)
  value.writeUInt32LE(page, at.page)
  for (let skipped = 0; ;) {
    value.writeUInt32LE(skipped, at.skipped)
    paging.update(key, value)
    yield object.iterate(LIST, 'once')
    const seen = paging.lookup(key)!.readUInt32LE(at.seen)
    if (seen < skipped + page) return
    skipped = seen - overlap
  }
}
