// Thousands of threads and processes that end, in every tier that tells of threads.
import { testEnded } from './ended-test.ts'

testEnded({ many: 4000, thereMs: 2000, spawned: 6000, forked: 1500 })
