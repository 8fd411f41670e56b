// Keeps a copy of everything a source says in a file: the stream's lines, appended as they come, gzipped when the name
// ends in .gz. A crash leaves all but the last moments; a full disk ends the recording, not the session.
import { constants, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { constants as zlib, createGzip } from 'node:zlib'
import { encode } from '../stream/codec.ts'
import type { Source } from '../stream/types.ts'

/** Creates the file; throws with a `code` when that cannot be done, EEXIST included. */
export const recordTo = async (path: string, source: Source, nowMs: () => number): Promise<Source> => {
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW
  const handle = await open(path, flags, 0o600)
  const file = createWriteStream(path, { fd: handle })
  const gzip = path.endsWith('.gz') ? createGzip() : undefined
  gzip?.pipe(file)
  const lines = gzip ?? file
  let failed = false

  return {
    start: (onMessage) => {
      const fail = (error: Error): void => {
        if (failed) return
        failed = true
        onMessage({ type: 'log', atMs: nowMs(), level: 'error', text: `recording ended: ${error.message}` })
      }
      file.on('error', fail)
      gzip?.on('error', fail)
      source.start((message) => {
        if (!failed) {
          // what came before a tick goes to the file with it, so that a crash costs one tick at most
          if (message.type === 'host') gzip?.flush(zlib.Z_SYNC_FLUSH)
          lines.write(encode(message))
        }
        onMessage(message)
      })
    },
    send: (command) => source.send(command),
    stop: async () => {
      await source.stop()
      if (failed) return
      lines.end()
      await finished(file).catch(() => {})
    },
  }
}
