// A row of which little is made before it is shown: of hundreds of processes or sessions a screen has room for a few, and on
// most machines most processes are idle and left out.
import type { SchedProc } from '../stream/sched-types.ts'
import type { Sample } from '../stream/stream-types.ts'
import type { CellOf, Cells } from './own-cells.ts'
import type { Cell, Row } from './panel-types.ts'
import { processKey } from './process-samples.ts'

/** What makes its cells: of a class, as functions made for each sample would be compiled for each. */
export interface RowCells<T> {
  all(of: T): Cell[]
  /** One of them alone, where that takes less than all. */
  one?(of: T, index: number): Cell
}

/** Each cell is made by itself. */
export class EachCell<T> implements RowCells<T> {
  readonly #cells: readonly CellOf<T>[]
  readonly #intervalMs: number
  readonly #atMs: number

  constructor(cells: Cells<T>, detail: boolean, { intervalMs, atMs }: Pick<Sample, 'intervalMs' | 'atMs'>) {
    this.#cells = detail ? cells.all : cells.usual
    this.#intervalMs = intervalMs
    this.#atMs = atMs
  }

  all(of: T): Cell[] {
    const cells: Cell[] = []
    for (let index = 0; index < this.#cells.length; index++) cells.push(this.one(of, index))
    return cells
  }

  one(of: T, index: number): Cell {
    return this.#cells[index]!(of, this.#intervalMs, this.#atMs)
  }
}

export abstract class LazyRow<T> implements Row {
  readonly idle: true | undefined
  protected readonly of: T
  readonly #maker: RowCells<T>
  #cells: Cell[] | undefined

  constructor(of: T, isIdle: boolean, maker: RowCells<T>) {
    this.of = of
    this.idle = isIdle ? true : undefined
    this.#maker = maker
  }

  abstract get key(): string
  abstract get pid(): number | undefined
  abstract get role(): Row['role']

  get startedMs(): number | undefined {
    return undefined
  }

  get cells(): Cell[] {
    return (this.#cells ??= this.#maker.all(this.of))
  }

  cellAt(index: number): Cell {
    return this.#cells || !this.#maker.one ? this.cells[index] : this.#maker.one(this.of, index)
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

/** About a process. */
export class ProcRow<P extends Partial<SchedProc> & { comm: string }> extends LazyRow<P> {
  get key(): string {
    return processKey(this.of)
  }

  get pid(): number | undefined {
    return this.of.pid
  }

  override get startedMs(): number | undefined {
    return this.of.startedMs
  }

  get role(): Row['role'] {
    return this.of.exited ? 'dim' : undefined
  }
}

export const wholeRow = (row: Row): Row => (row instanceof LazyRow ? row.whole() : row)

export const cellAt = (row: Row, index: number): Cell => (row instanceof LazyRow ? row.cellAt(index) : row.cells[index])
