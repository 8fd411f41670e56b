// Starts a source before its reader is there, so that the engine loads its probes while the screen is being loaded;
// what it says meanwhile is kept for the reader.
import type { Message, Source } from '../stream/stream-types.ts'

/** Starts the source now. */
export const startEarly = (source: Source): Source => {
  const kept: Message[] = []
  let reader: ((message: Message) => void) | undefined
  let drained: (() => void) | undefined
  source.start(
    (message) => {
      if (reader) reader(message)
      else kept.push(message)
    },
    () => drained?.(),
  )
  return {
    start: (onMessage, onDrained) => {
      for (const message of kept.splice(0)) onMessage(message)
      reader = onMessage
      drained = onDrained
    },
    send: (command) => source.send(command),
    stop: () => source.stop(),
  }
}
