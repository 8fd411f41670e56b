// Memory for what is young: V8 lets it grow to 32 MB before it looks at it. What a frame leaves behind is far less, so
// growth ends at a size at which pauses are still short.
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

const ENOUGH_BYTES = 4_000_000
const LOOK_MS = 200

export const keepYoungSmall = (): void => {
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    if (young && young.space_size < ENOUGH_BYTES) return
    setFlagsFromString('--semi-space-growth-factor=1')
    clearInterval(timer)
  }, LOOK_MS)
  timer.unref()
}
