// Writes gzip as a row of members (RFC 1952 allows it, and every gunzip reads it as one): each can be entered without
// what was before. What is written between two flushes goes to the file together.
import type { Writable } from 'node:stream'
import { once } from 'node:events'
import { constants, createGzip, type Gzip } from 'node:zlib'

interface MemberWriter {
  write(text: string): void
  /** All so far shall be readable if we crash; here a new member may begin. */
  flush(): void
  /** Resolves when all was handed over. */
  end(): Promise<void>
}

/** Text of one member: less would pack worse, more would take longer to enter. */
const MEMBER_BYTES = 1024 * 1024

export const gzipMembers = (file: Writable, onError: (error: Error) => void): MemberWriter => {
  let parts: string[] = []
  let member: Gzip | undefined
  let bytes = 0
  let failed = false
  let work: Promise<void> = Promise.resolve()

  const close = async (): Promise<void> => {
    if (!member) return
    const ended = once(member, 'end')
    member.end()
    await ended
    member = undefined
    bytes = 0
  }

  const put = async (text: string): Promise<void> => {
    if (text === '') return
    if (!member) {
      member = createGzip()
      member.on('error', fail)
      member.on('data', (packed: Buffer) => file.write(packed))
    }
    bytes += text.length
    member.write(text)
    const current = member
    if (bytes < MEMBER_BYTES) await new Promise<void>((resolve) => current.flush(constants.Z_SYNC_FLUSH, resolve))
    else await close()
  }

  const fail = (error: Error): void => {
    if (!failed) onError(error)
    failed = true
  }
  const later = (task: () => Promise<void>): void => {
    work = work.then(() => (failed ? undefined : task())).catch(fail)
  }
  const flush = (): void => {
    const text = parts.join('')
    parts = []
    later(() => put(text))
  }

  return {
    write: (text) => void parts.push(text),
    flush,
    end: async () => {
      flush()
      later(close)
      await work
    },
  }
}
