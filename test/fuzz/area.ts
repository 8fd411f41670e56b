// What `npm run fuzz` needs to know of one kind of input from outside. A file each in areas/, listed in areas.ts.

export interface Area {
  name: string
  /** Well-formed inputs, which the mutations begin with; the more ways of writing things they show, the better. */
  seeds(): readonly Buffer[] | Promise<readonly Buffer[]>
  /** Words that mean something in such inputs, put in at random. */
  words?: readonly string[]
  /** Parts of a seed that are changed rather than all of it: pairs of offset and length. */
  parts?(
    seed: Buffer,
  ): readonly (readonly [offset: number, length: number])[] | Promise<readonly (readonly [number, number])[]>
  /** Takes an input in as the product does, to the end. Throws only what would be a crash there: what the product catches
   * is caught here, and what it must never give (control characters, numbers that are none) is thrown. */
  take(input: Buffer): void | Promise<void>
}
