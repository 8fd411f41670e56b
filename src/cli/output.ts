// Where batch output goes, made harmless: stdout, or a new file that belongs to the user alone. A reader that has had
// enough (`| head`) is no failure.
import { constants, createWriteStream, openSync } from 'node:fs'
import type { Writable } from 'node:stream'

export interface Output {
  write(text: string): void
  /** All written. */
  close(): Promise<void>
}

/** Throws with a `code` when the file cannot be made. `harmless` is what all of it goes through; `onClosed` is called
 * when nobody reads any more, `onError` when it cannot be written to. */
export const openOutput = (
  file: string | undefined,
  harmless: (text: string) => string,
  onClosed: () => void,
  onError: (error: Error) => void,
): Output => {
  const stream: Writable = file === undefined ? process.stdout : newFile(file)
  let broken = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    broken = true
    if (error.code === 'EPIPE') onClosed()
    else onError(error)
  })
  return {
    write: (text) => {
      if (!broken) stream.write(harmless(text))
    },
    close: () =>
      new Promise((resolve) => {
        if (broken) resolve()
        else if (file === undefined) stream.write('', () => resolve())
        else {
          stream.on('error', () => resolve())
          stream.end(() => resolve())
        }
      }),
  }
}

const newFile = (path: string): Writable => {
  const fd = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW, 0o600)
  return createWriteStream(path, { fd })
}

/** Why a new file could not be made, in words. */
export const fileProblem = (path: string, error: NodeJS.ErrnoException): string =>
  error.code === 'EEXIST' || error.code === 'ELOOP'
    ? `${path} exists already and is not overwritten`
    : `cannot write ${path}: ${error.code ?? error.message}`
