// Where rows were in the list before: what was made of those need not be made again.

/** Of the very same row, -1: nowhere. Most are where they were, or moved by as many as the one before them. */
export const placesIn = <Row extends object>(rows: readonly Row[]): ((row: Row, at: number) => number) => {
  let shift = 0
  let all: Map<Row, number> | undefined
  return (row, at) => {
    if (rows[at + shift] === row) return at + shift
    if (rows.length === 0) return -1
    all ??= placesOf(rows)
    const place = all.get(row)
    if (place === undefined) return -1
    shift = place - at
    return place
  }
}

const placesOf = <Row extends object>(rows: readonly Row[]): Map<Row, number> => {
  const places = new Map<Row, number>()
  for (let place = 0; place < rows.length; place++) places.set(rows[place]!, place)
  return places
}
