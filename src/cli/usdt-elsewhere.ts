// Scripts for static probes (USDT) of a program look at one place. The same probes in another program that runs here, a build of
// one's own or a library that has them, make the same script for that one. A file is looked at only where nobody but root and
// ourselves can have written it, as the bpftrace that reads it then is root.
import { realpathSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { libraryScript } from '../app/library.ts'
import type { LibraryScript } from '../app/state-types.ts'
import type { MappedProgram } from './mapped-programs.ts'
import { othersReplace, othersWrite } from './others.ts'
import { usdtIn } from './usdt-here.ts'

/** Of one script. */
const MOST_PROGRAMS = 8
const LONGEST_TITLE = 40

export const elsewhere = (
  scripts: readonly LibraryScript[],
  programs: () => readonly MappedProgram[],
): LibraryScript[] => {
  const wanting = scripts.flatMap((script) => {
    const wanted = wantedOf(script)
    return wanted ? [{ script, ...wanted }] : []
  })
  if (wanting.length === 0) return []
  const offered = programs().flatMap(({ path, inode }) => {
    const probes = isOurs(path, inode) ? usdtIn(path) : undefined
    return probes && probes.size > 0 ? [{ path, probes }] : []
  })
  return wanting.flatMap(({ script, place, probes }) => {
    const isItsOwn = matcherOf(place)
    return offered
      .filter(({ path, probes: has }) => !isItsOwn(path) && probes.every((probe) => has.has(probe)))
      .slice(0, MOST_PROGRAMS)
      .map(({ path }) => scriptFor(script, place, path))
  })
}

/** Where all of its hooks are, and which. */
const wantedOf = ({ hooks }: LibraryScript): { place: string; probes: string[] } | undefined => {
  const parts = hooks.map((hook) => /^usdt:(\/[^:]+):([^:*]+:[^:*]+)$/.exec(hook))
  const place = parts[0]?.[1]
  if (place === undefined || parts.some((part) => part?.[1] !== place)) return undefined
  return { place, probes: parts.map((part) => part![2]!) }
}

const isOurs = (path: string, inode: number): boolean => {
  try {
    // what it is called where it is mapped has no links; in another's mounts it is another file
    if (realpathSync(path) !== path || othersReplace(path) !== undefined) return false
    const { uid, mode, ino } = statSync(path)
    return ino === inode && othersWrite(uid, mode, path) === undefined
  } catch {
    return false
  }
}

/** Whether a script that looks there finds this one by itself. */
const matcherOf = (place: string): ((path: string) => boolean) => {
  if (place.includes('*')) {
    const parts = place.split('*').map((part) => part.replace(/[.+]/g, String.raw`\$&`))
    const pattern = new RegExp(`^${parts.join('[^/]*')}$`)
    return (path) => pattern.test(path)
  }
  let real: string | undefined
  try {
    real = realpathSync(place)
  } catch {
    // it is not there
  }
  return (path) => path === real
}

const scriptFor = ({ name, text, title }: LibraryScript, place: string, path: string): LibraryScript => {
  const called = `${basename(path).replace(/\.so(\..*)?$/, '')}: ${title}`.slice(0, LONGEST_TITLE)
  const own = text.replaceAll(`usdt:${place}:`, `usdt:${path}:`)
  return libraryScript(
    name,
    own.replace(/^\/\/ title: .*$/m, () => `// title: ${called}`),
  )
}
