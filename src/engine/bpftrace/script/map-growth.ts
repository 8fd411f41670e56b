// The maps of a running script as tables: what they grew by since they were last read. They are cumulative and subtracted
// here; those that the script prints itself are as it printed them. A key that is gone was deleted; a value that is less
// began anew.
import type { ScriptMap, ScriptPlan } from '../../../stream/script.ts'
import type { ProbeSpec } from '../../../stream/spec.ts'
import type { TableCell, TablesData } from '../../../stream/tables.ts'
import { isHist, isSingle, SINGLES, tableIdOf } from '../../../model/scripts/tabs.ts'
import { specOfScript } from '../../../model/scripts/spec.ts'
import { LAST_MAP, MOST_KEYS } from './compose.ts'
import { withoutMeasuring } from './map-keys.ts'
import { frameOf, growth, sum, type Frame, type Held, type MapMessage } from './map-frames.ts'
import { addHist, keyedTable, singleRow } from './map-tables.ts'

interface Kept {
  map: ScriptMap
  index: number
  now: Frame
  read: Frame
  /** Printed and emptied by the script since the last reading. */
  added?: Frame
  /** Of an answer that is on its way. */
  next?: Frame
  isFull: boolean
  isMissed: boolean
}

interface Maps {
  /** `asked`: printed because we asked. False: it was the last one. */
  add(message: MapMessage, asked: boolean): boolean
  /** All that were asked for are there, of one instant: those that are not are empty. `asked`: false: nobody waits for them,
   * and they are for the end alone. */
  complete(asked: boolean): void
  /** What came was too long to be read: which map it was is not known. */
  missed(): void
  /** Ends the interval; at first, what there was already. `isLast`: with what has come and is not complete. */
  read(isLast?: boolean): Pick<TablesData, 'tables' | 'hists'> & { notes: string[] }
}

/** What can be added up, by stacks. */
const nameOf = ({ keys, does }: ScriptMap): ((key: string) => string) | undefined =>
  keys.some(({ is }) => is === 'stack') && !['avg', 'min', 'max', 'value'].includes(does)
    ? (key) => withoutMeasuring(key, keys)
    : undefined

/** `spec`: of the plan. */
export const createMaps = (plan: ScriptPlan, spec: Pick<ProbeSpec, 'tables'> = specOfScript(plan)): Maps => {
  const kept = plan.maps.map((map, index): Kept => ({
    map,
    index,
    now: new Map(),
    read: new Map(),
    isFull: false,
    isMissed: false,
  }))
  let isTorn = false
  let isOver = false

  const beginAnswer = (): void => {
    isOver = isTorn = false
    for (const one of kept) one.next = undefined
  }

  return {
    add(message, asked) {
      if (message.name === LAST_MAP) return false
      const one = kept.find(({ map }) => map.name === message.name)
      if (!one || (asked && one.map.printed)) return true
      const frame = frameOf(message, nameOf(one.map))
      if (isOver) beginAnswer()
      one[one.map.printed ? 'now' : 'next'] = frame
      one.isFull = (message.entries?.length ?? 0) >= MOST_KEYS
      if (one.map.cleared) one.added = one.added ? sum(one.added, frame) : frame
      return true
    },
    complete(asked) {
      isOver = true
      if (!asked) return
      for (const one of kept.filter(({ map }) => !map.printed)) {
        one.isMissed = isTorn && one.next === undefined
        if (!one.isMissed) one.now = one.next ?? new Map()
      }
      beginAnswer()
    },
    missed() {
      isTorn = true
    },
    read(isLast = false) {
      for (const one of kept) if (isLast && one.next) one.now = one.next
      const tables: TablesData['tables'] = {}
      const hists: TablesData['hists'] = {}
      const singles: TableCell[][] = []
      const columns = (table: string): string[] => spec.tables[table]!.map(({ id }) => id)
      for (const one of kept) {
        const { map, index, now, read } = one
        const grown = map.cleared
          ? (one.added ?? new Map<string, Held>())
          : map.printed && !isHist(map)
            ? now
            : growth(now, read)
        if (isSingle(map)) singles.push(...singleRow(map, now, grown, columns(SINGLES)))
        else if (isHist(map)) addHist(tables, hists, one, grown, columns(tableIdOf(index)))
        else tables[tableIdOf(index)] = keyedTable(map, now, grown, columns(tableIdOf(index)))
        one.read = now
        one.added = undefined
      }
      if (Object.hasOwn(spec.tables, SINGLES)) tables[SINGLES] = { columns: columns(SINGLES), rows: singles }
      const notes = [
        noteOf(kept, 'isFull', `the ${MOST_KEYS} largest keys; there may be more`),
        noteOf(kept, 'isMissed', 'it is printed in too long a line, and not read'),
      ]
      return { tables, hists, notes: notes.flat() }
    },
  }
}

const noteOf = (kept: readonly Kept[], what: 'isFull' | 'isMissed', says: string): string[] => {
  const names = kept.filter((one) => one[what]).map(({ map }) => map.name)
  return names.length > 0 ? [`${names.join(', ')}: ${says}`] : []
}
