// Names that were taken out of a program and lie beside it, looked up for a process that runs it.
import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { commandTest, skip } from '../helpers/bpf.ts'
import { inlinedProgram, stackTopOf, waitingPc } from '../helpers/inlined.ts'
import { openNames } from '../helpers/names.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const NEEDED = ['clang', 'objcopy']
/** Only where it begins is known. */
const NO_NAME = /^inlined\+0x[0-9a-f]+$/

/** A program without names, and the file with them. */
const parted = (t: ExecutionContext, flags: readonly string[] = []): { binary: string; debug: string } => {
  const folder = temporaryFolder(t)
  const binary = join(folder, 'inlined')
  const debug = join(folder, 'kept')
  inlinedProgram(binary, flags)
  execFileSync('objcopy', ['--only-keep-debug', binary, debug])
  execFileSync('objcopy', ['--strip-all', binary])
  return { binary, debug }
}

const nameIn = async (binary: string, before: readonly string[] = []): Promise<string> => {
  const child = before.length > 0 ? spawn(before[0]!, [...before.slice(1), binary, '60000']) : spawn(binary, ['60000'])
  try {
    await waitingPc(child.pid!, 'inlined')
    return (await stackTopOf(child.pid!)).at(-1)!.name
  } finally {
    child.kill('SIGKILL')
  }
}

commandTest(
  'by the name that the program gives, beside it or in a folder there, if the CRC is right',
  NEEDED,
  async (t) => {
    const { binary, debug } = parted(t)
    const linked = join(dirname(binary), 'inlined.debug')
    copyFileSync(debug, linked)
    execFileSync('objcopy', [`--add-gnu-debuglink=${linked}`, binary])
    t.is(await nameIn(binary), 'wait_outer')

    const folder = join(dirname(binary), '.debug')
    mkdirSync(folder)
    copyFileSync(debug, join(folder, 'inlined.debug'))
    rmSync(linked)
    t.is(await nameIn(binary), 'wait_outer')

    appendFileSync(join(folder, 'inlined.debug'), 'more')
    t.regex(await nameIn(binary), NO_NAME, 'another file of that name')
  },
)

commandTest('by the build-id, where the process sees it', [...NEEDED, 'unshare', 'mount'], async (t) => {
  if (process.getuid!() !== 0) return skip(t, 'only root makes mount namespaces')
  if (!existsSync('/usr/lib/debug')) return skip(t, 'no /usr/lib/debug to mount another on')
  const id = 'ab0123456789'
  const { binary, debug } = parted(t, [`-Wl,--build-id=0x${id}`])
  t.regex(await nameIn(binary), NO_NAME)
  const place = `/usr/lib/debug/.build-id/${id.slice(0, 2)}`
  const script = `mount -t tmpfs none /usr/lib/debug && mkdir -p ${place} && cp ${debug} ${place}/${id.slice(2)}.debug && exec "$@"`
  t.is(await nameIn(binary, ['unshare', '-m', 'sh', '-c', script, 'sh']), 'wait_outer')
})

commandTest(
  'what one mount namespace shows as debug files names nothing elsewhere',
  [...NEEDED, 'unshare', 'mount'],
  async (t) => {
    if (process.getuid!() !== 0) return skip(t, 'only root makes mount namespaces')
    if (!existsSync('/usr/lib/debug')) return skip(t, 'no /usr/lib/debug to mount another on')
    const id = 'ab0123456788'
    const { binary, debug } = parted(t, [`-Wl,--build-id=0x${id}`])
    const place = `/usr/lib/debug/.build-id/${id.slice(0, 2)}`
    const script = `mount -t tmpfs none /usr/lib/debug && mkdir -p ${place} && cp ${debug} ${place}/${id.slice(2)}.debug && exec "$@"`
    const inside = spawn('unshare', ['-m', 'sh', '-c', script, 'sh', binary, '60000'])
    const outside = spawn(binary, ['60000'])
    t.teardown(() => {
      inside.kill('SIGKILL')
      outside.kill('SIGKILL')
    })
    const names = openNames()
    t.teardown(names.close)
    // the same file, by device and inode, first seen by whoever shows others
    t.is((await names.at(inside.pid!, await waitingPc(inside.pid!, 'inlined'))).at(-1)!.name, 'wait_outer')
    t.regex((await names.at(outside.pid!, await waitingPc(outside.pid!, 'inlined'))).at(-1)!.name, NO_NAME)
  },
)
