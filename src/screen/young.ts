// Memory for what is young: what a frame makes should be garbage before it is collected, so there is room for a few of them.
// V8 lets it grow to 32 MB before it looks at it, and takes most of it away again from whoever makes little a second.
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

const ENOUGH_BYTES = 4_000_000
/** While it grows. */
const LOOK_MS = 200
const LOOK_AGAIN_MS = 5000

export const keepYoungSmall = (): void => {
  let grows = true
  const look = (): void => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    const isSmall = !young || young.space_size < ENOUGH_BYTES
    if (isSmall !== grows) setFlagsFromString(`--semi-space-growth-factor=${isSmall ? 2 : 1}`)
    grows = isSmall
    setTimeout(look, grows ? LOOK_MS : LOOK_AGAIN_MS).unref()
  }
  setTimeout(look, LOOK_MS).unref()
}
