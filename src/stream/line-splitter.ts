// Cuts a byte stream into lines, whatever the chunks are. Memory is bounded: a line longer than the limit is thrown
// away as a whole and reported once. Shared by everything that reads line-based output of another process or a file.

const NEWLINE = 10
const MAX_LINE_BYTES = 64 * 1024 * 1024

export interface LineSplitter {
  push(chunk: Uint8Array): void
  /** Hands over what follows the last newline, if anything. */
  end(): void
}

interface LineHandlers {
  onLine(line: string): void
  onTooLong?(bytes: number): void
  maxBytes?: number
}

export const splitLines = ({ onLine, onTooLong, maxBytes = MAX_LINE_BYTES }: LineHandlers): LineSplitter => {
  let parts: Uint8Array[] = []
  let bytes = 0

  const keep = (part: Uint8Array): void => {
    bytes += part.length
    if (bytes > maxBytes) parts = []
    else if (part.length > 0) parts.push(part)
  }

  const finish = (): void => {
    const line = parts.length === 1 ? asText(parts[0]!) : Buffer.concat(parts).toString('utf8')
    const length = bytes
    parts = []
    bytes = 0
    if (length > maxBytes) onTooLong?.(length)
    else onLine(line)
  }

  return {
    push(chunk) {
      let from = 0
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        keep(chunk.subarray(from, at))
        finish()
        from = at + 1
      }
      // a copy, as the sender may reuse its buffer; Buffer's own slice() would be none
      keep(Uint8Array.prototype.slice.call(chunk, from))
    },
    end() {
      if (bytes > 0) finish()
    },
  }
}

const asText = (part: Uint8Array): string => Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('utf8')
