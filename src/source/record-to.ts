// Keeps a copy of everything a source says in a file: the stream's lines, appended as they come, gzipped when the name
// ends in .gz. A crash leaves all but the last moments; a full disk ends the recording, not the session.
import { constants, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { createEncoder, RECORDED_KEY_EVERY } from '../stream/delta.ts'
import type { Source } from '../stream/stream-types.ts'
import { gzipMembers } from './gzip-members.ts'

/** Creates the file; throws with a `code` when that cannot be done, EEXIST included. */
export const recordTo = async (path: string, source: Source, nowMs: () => number): Promise<Source> => {
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW
  const handle = await open(path, flags, 0o600)
  const file = createWriteStream(path, { fd: handle })
  let report: (error: Error) => void = () => {}
  let failed = false
  const fail = (error: Error): void => {
    if (!failed) report(error)
    failed = true
  }
  file.on('error', fail)
  const encode = createEncoder(RECORDED_KEY_EVERY)
  const packed = path.endsWith('.gz') ? gzipMembers(file, fail) : undefined
  const lines = packed ?? file

  return {
    start: (onMessage, onDrained) => {
      report = (error) =>
        onMessage({ type: 'log', atMs: nowMs(), level: 'error', text: `recording ended: ${error.message}` })
      source.start((message) => {
        if (!failed) {
          // what came before a tick goes to the file with it, so that a crash costs one tick at most
          if (message.type === 'host') packed?.flush()
          lines.write(encode(message))
        }
        onMessage(message)
      }, onDrained)
    },
    send: (command) => source.send(command),
    stop: async () => {
      await source.stop()
      await packed?.end()
      if (failed) return
      file.end()
      await finished(file).catch(() => {})
    },
  }
}
