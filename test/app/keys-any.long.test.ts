// Very many keys in any order.
import { testKeys } from './keys-test.ts'

testKeys(1500)
