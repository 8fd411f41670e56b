// Every character there can be.
import { testWidths } from './width-test.ts'

testWidths(1)
