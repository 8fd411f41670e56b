// Types of the compiled objects, without loading these; and buffers as the kernel's programs would write them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { typesOf as typesIn, type Types } from '../../src/engine/native/btf-types.ts'
import { PROBES_BUILT } from '../../src/paths.ts'
import { temporaryFolder } from './temporary.ts'

/** `object`: name of its source without `.bpf.c`. */
export const typesOf = (object: string): Types => typesIn(join(PROBES_BUILT, `${object}.bpf.o`))

/** Of an object in which a member or a constant is called otherwise. */
export const typesWithout = (t: ExecutionContext, object: string, name: string): Types => {
  const bytes = readFileSync(join(PROBES_BUILT, `${object}.bpf.o`))
  let found = 0
  for (let at = bytes.indexOf(`\0${name}\0`); at >= 0; at = bytes.indexOf(`\0${name}\0`, at + 1), found++)
    bytes.write('X', at + 1)
  if (found === 0) throw new Error(`${object} has no ${name}`)
  const path = join(temporaryFolder(t), `${object}.bpf.o`)
  writeFileSync(path, bytes)
  return typesIn(path)
}
