// A row about a process of which little is made before it is shown: of hundreds a screen has room for a few, and on most
// machines most are idle and left out.
import type { SchedProc } from '../stream/sched-types.ts'
import type { Cell, Row } from './panel-types.ts'
import { processKey, processRow } from './process-samples.ts'

/** What makes them: of a class, as functions made for each sample would be compiled for each. */
export interface RowCells<P> {
  all(proc: P): Cell[]
  /** One of them alone, where that takes less than all. */
  one?(proc: P, index: number): Cell
}

export class LazyRow<P extends Partial<SchedProc> & { comm: string }> implements Row {
  readonly idle: true | undefined
  readonly #proc: P
  readonly #of: RowCells<P>
  #cells: Cell[] | undefined

  constructor(proc: P, isIdle: boolean, of: RowCells<P>) {
    this.#proc = proc
    this.idle = isIdle ? true : undefined
    this.#of = of
  }

  get key(): string {
    return processKey(this.#proc)
  }

  get pid(): number | undefined {
    return this.#proc.pid
  }

  get startedMs(): number | undefined {
    return this.#proc.startedMs
  }

  get role(): Row['role'] {
    return this.#proc.exited ? 'dim' : undefined
  }

  get cells(): Cell[] {
    return (this.#cells ??= this.#of.all(this.#proc))
  }

  cellAt(index: number): Cell {
    return this.#cells || !this.#of.one ? this.cells[index] : this.#of.one(this.#proc, index)
  }

  /** As others are, for whoever makes rows of rows. */
  whole(): Row {
    const row: Row = { ...processRow(this.#proc), cells: this.cells }
    if (this.idle) row.idle = true
    if (this.role) row.role = this.role
    return row
  }
}

export const wholeRow = (row: Row): Row => (row instanceof LazyRow ? row.whole() : row)

export const cellAt = (row: Row, index: number): Cell => (row instanceof LazyRow ? row.cellAt(index) : row.cells[index])
