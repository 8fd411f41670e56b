// Names with `*` for anything and `|` between alternatives, as in `fuse_*|nfs_*`: matched in one pass, whoever wrote them.

export type Fits = (name: string) => boolean

export const globOf = (pattern: string): Fits => {
  const all = pattern.split('|').map(one)
  return all.length === 1 ? all[0]! : (name) => all.some((fits) => fits(name))
}

const one = (pattern: string): Fits => {
  const [first, ...rest] = pattern.split('*') as [string, ...string[]]
  const last = rest.pop()
  if (last === undefined) return (name) => name === first
  return (name) => {
    if (!name.startsWith(first)) return false
    let at = first.length
    for (const part of rest) {
      const found = name.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return name.length - last.length >= at && name.endsWith(last)
  }
}
