// Stacks without frame pointers: of another compiler, and of larger programs.
import { testFrames, testThreads } from './unwind-test.ts'

testFrames('gcc')

testThreads('/usr/bin/perl', '-e', 'sleep 60')

testThreads('/usr/bin/node', '-e', 'setTimeout(() => {}, 60000)')

testThreads('/usr/bin/python3', '-c', 'import time; time.sleep(60)')
