// What `npm run scripts` is told, on the machine where it is called and in the one it boots.
import { parseArgs } from 'node:util'
import { wholeNumber } from '../helpers/tool.ts'
import type { Which } from './all.ts'

export interface Options {
  which: Which
  own: boolean
  bcc: boolean
  kernels: boolean
  write: boolean
  seconds: number
  startMs?: number
  names: string[]
}

export const optionsOf = (words: readonly string[]): Options => {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '5' },
      start: { type: 'string' },
      own: { type: 'boolean', default: false },
      bcc: { type: 'boolean', default: false },
      kernels: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  })
  const { seconds, start, ...rest } = values
  return {
    ...rest,
    which: rest.own ? 'own' : rest.bcc ? 'bcc' : 'tools',
    seconds: wholeNumber('--seconds', seconds),
    ...(start === undefined ? {} : { startMs: wholeNumber('--start', start) * 1000 }),
    names: positionals,
  }
}
