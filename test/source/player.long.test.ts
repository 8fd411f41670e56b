// A long recording is entered anywhere, in a moment.
import { testEntering, WAYS } from './entering.ts'

for (const way of WAYS) testEntering(way, 10_000)
