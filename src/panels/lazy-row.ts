// A row of which little is made before it is shown: of hundreds of processes or sessions a screen has room for a few, and on
// most machines most processes are idle and left out.
import type { Sample } from '../stream/stream-types.ts'
import type { CellOf, Cells } from './own-cells.ts'
import type { Cell, Row } from './panel-types.ts'

/** What rows of one kind are known by, besides their cells. */
export interface RowFacts<T> {
  key(of: T): string
  pid?(of: T): number | undefined
  startedMs?(of: T): number | undefined
  role?(of: T): Row['role']
}

/** Each cell is made by itself. Of a class, as functions made for each sample would be compiled for each. */
class CellsIn<T> {
  readonly #cells: readonly CellOf<T>[]
  readonly #intervalMs: number
  readonly #atMs: number
  readonly #total: number | undefined

  constructor(cells: Cells<T>, detail: boolean, sample: Pick<Sample, 'intervalMs' | 'atMs'>, total?: number) {
    this.#cells = detail ? cells.all : cells.usual
    this.#intervalMs = sample.intervalMs
    this.#atMs = sample.atMs
    this.#total = total
  }

  all(of: T): Cell[] {
    const cells: Cell[] = []
    for (let index = 0; index < this.#cells.length; index++) cells.push(this.one(of, index))
    return cells
  }

  one(of: T, index: number): Cell {
    return this.#cells[index]!(of, this.#intervalMs, this.#atMs, this.#total)
  }
}

class LazyRow<T> implements Row {
  readonly idle: true | undefined
  readonly #of: T
  readonly #facts: RowFacts<T>
  readonly #in: CellsIn<T>
  #cells: Cell[] | undefined

  constructor(of: T, facts: RowFacts<T>, cells: CellsIn<T>, isIdle: boolean) {
    this.#of = of
    this.#facts = facts
    this.#in = cells
    this.idle = isIdle ? true : undefined
  }

  get key(): string {
    return this.#facts.key(this.#of)
  }

  get pid(): number | undefined {
    return this.#facts.pid?.(this.#of)
  }

  get startedMs(): number | undefined {
    return this.#facts.startedMs?.(this.#of)
  }

  get role(): Row['role'] {
    return this.#facts.role?.(this.#of)
  }

  get cells(): Cell[] {
    return (this.#cells ??= this.#in.all(this.#of))
  }

  cellAt(index: number): Cell {
    return this.#cells ? this.#cells[index] : this.#in.one(this.#of, index)
  }

  /** As others are, for whoever makes rows of rows. */
  whole(): Row {
    const { key, pid, startedMs, cells, idle, role } = this
    const row: Row = { key, cells }
    if (pid !== undefined) row.pid = pid
    if (startedMs !== undefined) row.startedMs = startedMs
    if (idle) row.idle = true
    if (role) row.role = role
    return row
  }
}

interface Made {
  /** With the columns that are only for looking closely. */
  detail: boolean
  /** What shares are of. */
  total?: number
}

/** A row for each. */
export const rowsOf = <T>(
  all: readonly T[],
  facts: RowFacts<T>,
  cells: Cells<T>,
  sample: Pick<Sample, 'intervalMs' | 'atMs'>,
  { detail, total }: Made,
  isIdle?: (of: T) => boolean,
): Row[] => {
  const made = new CellsIn(cells, detail, sample, total)
  const rows: Row[] = []
  for (let i = 0; i < all.length; i++) rows.push(new LazyRow(all[i]!, facts, made, isIdle?.(all[i]!) ?? false))
  return rows
}

/** The cells of one, for rows that are made otherwise. */
export const cellsIn = <T>(
  cells: Cells<T>,
  sample: Pick<Sample, 'intervalMs' | 'atMs'>,
  { detail }: Made,
): ((of: T) => Cell[]) => {
  const made = new CellsIn(cells, detail, sample)
  return (of) => made.all(of)
}

export const wholeRow = (row: Row): Row => (row instanceof LazyRow ? row.whole() : row)

export const cellAt = (row: Row, index: number): Cell => (row instanceof LazyRow ? row.cellAt(index) : row.cells[index])
