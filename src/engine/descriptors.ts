// Keeps descriptors 0, 1 and 2 blocking. The shell that started us shares them, and reads on when we were killed; it
// would take EAGAIN for the end. Node sets O_NONBLOCK when anything so much as looks at process.stdin, stdout or
// stderr, and execa does as soon as it is imported. So these are replaced before.
import { Readable, Writable } from 'node:stream'
import { cry } from '../source/say.ts'

export const keepDescriptorsBlocking = (): void => {
  replace('stdin', Readable.from([]))
  // stdout carries the stream alone; what anything else says goes where errors go
  replace('stdout', toStderr())
  replace('stderr', toStderr())
}

const replace = (name: 'stdin' | 'stdout' | 'stderr', value: Readable | Writable): void => {
  Object.defineProperty(process, name, { value, configurable: true })
}

const toStderr = (): Writable =>
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      cry(chunk.toString('utf8'))
      done()
    },
  })
