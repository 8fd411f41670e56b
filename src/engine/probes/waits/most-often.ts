// Who was found holding a thing most often, over the readings in which it was waited for. Pure but for what it remembers.
import type { Thing } from '../../../model/waits/things.ts'

const MOST_THINGS = 1000
const MOST_HOLDERS = 50

interface Seen {
  readings: number
  holders: Map<string, number>
}

/** From so many on a share says as much as numbers, and stays the same as long as nothing changes. */
const MANY_READINGS = 10

/** Who held it mostly, as in `worker-7 50, 8 of 9`, or `worker-7 50, 90%`, in the order of the things. */
export const mostOften = () => {
  let known = new Map<string, Seen>()
  return (things: readonly Pick<Thing, 'key' | 'holder'>[]): string[] => {
    const now = new Map<string, Seen>()
    const mostly = things.map((thing) => {
      const seen = known.get(thing.key) ?? { readings: 0, holders: new Map<string, number>() }
      seen.readings++
      const count = seen.holders.get(thing.holder) ?? 0
      if (thing.holder !== '' && (count > 0 || seen.holders.size < MOST_HOLDERS))
        seen.holders.set(thing.holder, count + 1)
      now.set(thing.key, seen)
      const [most, times] = [...seen.holders].reduce((best, each) => (each[1] > best[1] ? each : best), ['', 0])
      if (most === '') return ''
      const isFew = seen.readings < MANY_READINGS
      return `${most}, ${isFew ? `${times} of ${seen.readings}` : `${Math.round((100 * times) / seen.readings)}%`}`
    })
    // one that nobody waits for at the moment is remembered while there is room
    for (const [key, seen] of known) if (!now.has(key) && now.size < MOST_THINGS) now.set(key, seen)
    known = now
    return mostly
  }
}
