// libbpf-tools' biolatency beside us: its histogram of one disk, powers of two of a microsecond.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { percentileNs } from '../../src/model/base/histogram.ts'
import type { Hist } from '../../src/stream/stream-types.ts'
import { within } from './check.ts'
import type { Compared } from './check.ts'

export interface Bucket {
  startNs: number
  endNs: number
  count: number
}

export interface Biolatency {
  /** What it counted. */
  end(): Promise<Bucket[]>
  stop(): void
}

/** `queued`: from insertion, otherwise from issue. */
export const startBiolatency = async (disk: string, queued: boolean): Promise<Biolatency> => {
  const child = spawn('stdbuf', ['-oL', 'biolatency', ...(queued ? ['-Q'] : []), '-d', disk], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  while (!text.includes('Tracing'))
    await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error('no biolatency'))),
    ])
  return {
    stop: () => child.kill(),
    async end() {
      child.kill('SIGINT')
      await once(child, 'close')
      return [...text.matchAll(/^\s*(\d+) -> (\d+)\s*: (\d+)/gm)].map(([, from, to, count]) => ({
        startNs: Number(from) * 1000,
        endNs: (Number(to) + 1) * 1000,
        count: Number(count),
      }))
    },
  }
}

/** Our percentile beside the bucket theirs is in: no error inside of it. */
export const besideBucket = (figure: string, hist: Hist, p: number, buckets: readonly Bucket[]): Compared => {
  let rank = Math.ceil(p * countOf(buckets))
  const bucket = buckets.find(({ count }) => (rank -= count) <= 0)
  const ours = percentileNs(hist, p) ?? NaN
  const nearest = bucket ? Math.min(Math.max(ours, bucket.startNs), bucket.endNs) : NaN
  return within(0.1)(
    figure,
    ours,
    nearest,
    'ns',
    bucket && `its bucket is ${bucket.startNs / 1000} to ${bucket.endNs / 1000} us`,
  )
}

export const countOf = (buckets: readonly Bucket[]): number => buckets.reduce((sum, { count }) => sum + count, 0)
