// Tells programs which hierarchies of control groups of version 1 there are, and in which order they are asked for the
// group of a thread that ends (struct of probes/lib/ended_group.h).
import { mountsNow } from '../proc/cgroups.ts'
import { hierarchyRanks, RANKED, ROOT_RANK } from '../proc/groups.ts'
import { textOf } from '../../source/proc-stat.ts'
import type { BpfObject } from './object.ts'
import type { Types } from './btf-types.ts'

/** Throws Error where it is not there, or numbers groups in another way. */
export const hierarchyLayout = (types: Types) => {
  const { shift, root } = types.values('group_number', { shift: 'GROUP_RANK_SHIFT', root: 'GROUP_RANK_ROOT' })
  if (2 ** shift !== RANKED || root !== ROOT_RANK)
    throw new Error(`numbers of groups have the hierarchy at bit ${shift}`)
  return { ...types.layout('hierarchies', ['rank', 'some']), most: types.elements('hierarchies', 'rank') }
}

/** Once, as they hardly ever change: of one that is mounted later nothing is told. */
export const tellHierarchies = (object: BpfObject): void => {
  const { rank, some, most, size } = hierarchyLayout(object)
  const value = Buffer.alloc(size)
  for (const [hierarchy, itsRank] of hierarchyRanks(mountsNow(), textOf('/proc/self/cgroup'))) {
    if (hierarchy >= most) continue
    value[rank + hierarchy] = itsRank
    value.writeUInt32LE(1, some)
  }
  object.map('.data.hierarchies').update(Buffer.alloc(4), value)
}
