// The programs that processes have mapped: of a made-up /proc, and of this one.
import { mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { mappedPrograms } from '../../src/cli/mapped-programs.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const MAPS = `00400000-00401000 r--p 00000000 fe:00 11                         /opt/one
00401000-00500000 r-xp 00001000 fe:00 11                         /opt/one
7f0000000000-7f0000001000 r-xp 00000000 fe:00 12                 /opt/lib/two.so.1
7f0000002000-7f0000003000 rw-p 00000000 fe:00 13                 /opt/data
7f0000004000-7f0000005000 r-xp 00000000 fe:00 14                 /opt/gone (deleted)
7f0000006000-7f0000007000 r-xp 00000000 fe:00 15                 /opt/a" { system("x") }
7f0000008000-7f0000009000 r-xp 00000000 00:2f 16                 /far/away
7f000000a000-7f000000b000 r-xp 00000000 00:00 0                  [vdso]
`
const MOUNTS = `22 1 254:0 / / rw - ext4 /dev/root rw
40 22 0:47 / /far rw shared:1 - fuse.sshfs far rw
`

test('each file that is mapped as code, once; none that is deleted, far away or no plain name', (t) => {
  const proc = temporaryFolder(t)
  for (const name of ['1', '22', 'self']) mkdirSync(join(proc, name))
  writeFileSync(join(proc, '1', 'maps'), MAPS)
  writeFileSync(join(proc, '22', 'maps'), MAPS)
  writeFileSync(join(proc, 'self', 'mountinfo'), MOUNTS)
  t.deepEqual(mappedPrograms(proc), [
    { path: '/opt/one', inode: 11 },
    { path: '/opt/lib/two.so.1', inode: 12 },
  ])
  let ms = 0
  t.deepEqual(
    mappedPrograms(proc, () => (ms += 1000)),
    [],
    'no time',
  )
})

test('this program is one of them', (t) => {
  const path = realpathSync(process.execPath)
  const found = mappedPrograms().find((each) => each.path === path)
  t.is(found?.inode, statSync(path).ino)
})
