// Where a bundle is, and what V8 has compiled of it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const builtIn = (folder: string, name: string): { bundle: string; cache: string } => {
  const file = /'(\S+)\.cjs'/.exec(readFileSync(join(folder, `${name}.cjs`), 'utf8'))![1]!
  return { bundle: join(folder, `${file}.cjs`), cache: join(folder, `${file}.cache`) }
}
