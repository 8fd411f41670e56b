// A random sample of mutants, the same for the same seed; no two of them overlap.
import { randomOf } from '../fuzz/random.ts'
import { EXCUSED } from './excused.ts'
import { sitesOf } from './mutate.ts'
import type { Site } from './mutate.ts'

export type Mutant = Site & { number: number; file: string; line: number }

const isExcused = (file: string, site: Site): boolean =>
  EXCUSED.some((each) => each.file === file && each.what === site.what)

/** At most `count` of all places in these sources but those excused, each as likely as any other. */
export const choose = (sources: ReadonlyMap<string, string>, count: number, seed: number): Mutant[] => {
  const random = randomOf('mutants', seed)
  const all = [...sources].flatMap(([file, source]) =>
    sitesOf(source)
      .filter((site) => !isExcused(file, site))
      .map((site) => ({ ...site, file })),
  )
  const chosen: Mutant[] = []
  while (chosen.length < count && all.length > 0) {
    const [site] = all.splice(random.below(all.length), 1)
    if (chosen.some((other) => other.file === site!.file && other.start < site!.end && site!.start < other.end))
      continue
    const line = sources.get(site!.file)!.slice(0, site!.start).split('\n').length
    chosen.push({ ...site!, line, number: chosen.length + 1 })
  }
  return chosen
}
