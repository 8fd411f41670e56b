// Direct I/O by other engines.
import { testDirect } from './direct-io.ts'

testDirect('io_uring', '--force_async=1')

testDirect('psync')
