// What must not reach the terminal while the screen is up, and what remains when the screen breaks.
import test from 'ava'
import { run } from './crashing.ts'

test.serial('an exception: terminal restored, error printed, exit code 1', run, 'throw', 1)
