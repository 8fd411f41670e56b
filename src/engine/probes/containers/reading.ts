// One reading of all control groups: what their files say since the last one, and beside it what threads did, where that is
// known.
import { tableOf } from '../../../stream/spec.ts'
import type { TablesData } from '../../../stream/tables.ts'
import { findGroups, readGroup, type Hierarchies } from './cgroup-files.ts'
import { groupNames } from './container-names.ts'
import { groupsBetween, type GroupTimes } from './decode.ts'
import { CONTAINERS } from './spec.ts'

/** Some ten files each: as many as may be read within an interval. */
const MOST_GROUPS = 500

/** `timed`: times are told of a group that is in these hierarchies; `followed`: those in state D, too. */
type ReadGroups = (
  times: ReadonlyMap<string, GroupTimes>,
  timed: (at: ReadonlySet<string>) => boolean,
  followed: boolean,
) => TablesData

export const readingOf = (hierarchies: Hierarchies): ReadGroups => {
  const between = groupsBetween(groupNames())
  return (times, timed, followed) => {
    const found = findGroups(hierarchies, MOST_GROUPS)
    const files = [...found.groups].map(([each, at]) => [each, readGroup(hierarchies, each, at)] as const)
    const rows = between(new Map(files), times, (each) => timed(found.groups.get(each)!))
    if (!followed) for (const row of rows) row.uninterruptibleNs = null
    return {
      tables: { groups: tableOf(CONTAINERS.tables.groups, rows) },
      hists: {},
      totals: { groups: files.length + found.unread, unread: found.unread },
    }
  }
}
