// Groups with CPU quotas within one another: the one that is used up is named, and never another.
import { testQuota } from './quota-test.ts'

testQuota('of its own group', 50_000, 10_000, true)
