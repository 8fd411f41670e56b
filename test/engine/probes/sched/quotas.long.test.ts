// Throttled by the quota of a group above.
import { testQuota } from './quota-test.ts'

testQuota('of a group above', 10_000, 10_000, false)
