// A screen that crashes in another way, or ends while others print.
import test from 'ava'
import { run } from './crashing.ts'

test.serial('a rejection nobody handles, too', run, 'reject', 1)
test.serial('what others print waits for the end', run, 'end', 143)
