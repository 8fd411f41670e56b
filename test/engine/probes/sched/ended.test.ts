// Threads that end are counted once, wherever their end falls beside a reading, in every tier that tells of threads.
import { testEnded } from './ended-test.ts'

testEnded({ many: 1000, thereMs: 500, spawned: 2000, forked: 1000 })
