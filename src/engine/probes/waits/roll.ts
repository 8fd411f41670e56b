// Who of those that were there at the reading before is there again. The kernel goes through threads in the same order each
// time: nearly always the next one that it says is the next one of then, and nothing has to be looked up or noted in it.

/** What is needed of a thread. */
interface Placed {
  tid: number
  pid: number
  place: number
}

/** So many out of their order, and a part of all, before they are put in order. */
const FEW = 64
const PART = 16

const NOBODY = 0

interface Roll<T extends Placed> {
  begin(): void
  /** It is there, and is the one that was known. */
  isThere(tid: number, pid: number): boolean
  /** It is there, and takes the place of the one that was known, if there was one. */
  put(thread: T): void
  /** Those that were not there. */
  end(): number[]
}

/** `known`: those of the last reading by number; whoever keeps them takes out those that have gone. */
export const openRoll = <T extends Placed>(known: ReadonlyMap<number, T>): Roll<T> => {
  let tids: number[] = []
  let pids: number[] = []
  /** The reading in which whoever has that place was there. */
  let seen: number[] = []
  let reading = 0
  let next = 0
  let disordered = 0

  const placeOf = (tid: number): number | undefined => {
    if (tids[next] === tid) return next++
    const place = known.get(tid)?.place
    if (place !== undefined) next = place + 1
    return place
  }

  const order = (): void => {
    const all = [...known.values()].filter(({ place }) => seen[place] === reading).sort((a, b) => a.tid - b.tid)
    tids = all.map(({ tid }) => tid)
    pids = all.map(({ pid }) => pid)
    seen = all.map(() => reading)
    all.forEach((thread, place) => (thread.place = place))
    disordered = 0
  }

  return {
    begin() {
      reading++
      next = 0
    },
    isThere(tid, pid) {
      const place = placeOf(tid)
      if (place === undefined || pids[place] !== pid) return false
      seen[place] = reading
      return true
    },
    put(thread) {
      const place = placeOf(thread.tid)
      if (place === undefined) disordered++
      thread.place = place ?? tids.length
      tids[thread.place] = thread.tid
      pids[thread.place] = thread.pid
      seen[thread.place] = reading
    },
    end() {
      const gone: number[] = []
      for (let place = 0; place < tids.length; place++)
        if (seen[place] !== reading && tids[place] !== NOBODY) {
          gone.push(tids[place]!)
          tids[place] = NOBODY
        }
      disordered += gone.length
      if (disordered > FEW + tids.length / PART) order()
      return gone
    },
  }
}
