// Hundreds of changed inputs of every kind.
import { testAreas } from './areas-test.ts'

testAreas(200)
