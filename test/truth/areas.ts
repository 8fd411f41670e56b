// What is held against ground truth, in the order of the table.
import type { Area } from './check.ts'
import { area as percentiles } from './percentiles.ts'

export const AREAS: readonly Area[] = [percentiles]
