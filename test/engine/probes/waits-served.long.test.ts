// Waits for a file system in user space (FUSE) whose server takes its time, or has stopped: the server is named.
import { bpfTest, skip } from '../../helpers/bpf.ts'
import { slowFile, type Slowness } from '../../helpers/mounted.ts'
import { sleepMs } from '../../helpers/workload.ts'
import { blocked, holdsFor } from './blocking.ts'

interface Way {
  title: string
  slow?: Slowness
  call: RegExp
  /** Of Python, with the file as `path`. */
  program: string
  /** What is said of the file; of a call with a path nothing. */
  named?: (file: string) => string
}

const ASKED_AGAIN_MS = 1100

const WAYS: Way[] = [
  {
    title: 'read past the page cache',
    slow: { readMs: 300 },
    call: /^pread/,
    program: `
fd, page = os.open(path, os.O_RDONLY | os.O_DIRECT), mmap.mmap(-1, 4096)
while True: os.preadv(fd, [page], 0)`,
  },
  {
    title: 'read page by page',
    slow: { readMs: 300 },
    call: /^pread/,
    program: `
fd = os.open(path, os.O_RDONLY)
while True:
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.pread(fd, 4096, 0)`,
  },
  {
    title: 'touch a page of a mapping',
    // there is no name within its file system, of which it is the root
    named: (file) => ` [inode 1 of ${file}]`,
    slow: { readMs: 300 },
    call: /^page fault/,
    program: `
fd = os.open(path, os.O_RDWR)
while True:
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    with mmap.mmap(fd, 4096) as page: page[0]`,
  },
  {
    title: 'write back',
    slow: { flushMs: 300 },
    call: /^fsync/,
    program: `
fd = os.open(path, os.O_RDWR)
while True: os.fsync(fd)`,
  },
  { title: 'open, while it has stopped', call: /^openat/, program: 'os.open(path, os.O_RDONLY)', named: () => '' },
  { title: 'ask for facts, while it has stopped', call: /stat/, program: 'os.stat(path)', named: () => '' },
]

for (const { title, slow, call, program, named = (file: string) => ` ${file}` } of WAYS)
  bpfTest(
    `FUSE, ${title}: the file system and its server are named, in 99 of 100 readings`,
    async (t) => {
      const on = await slowFile(t, 16, slow ?? {})
      if (!on) return skip(t, 'this machine has no FUSE')
      const { file, server } = on
      if (!slow) {
        await sleepMs(ASKED_AGAIN_MS)
        server.kill('SIGSTOP')
      }
      const begin = `import mmap, os, sys\npath = sys.argv[1]\nprint(os.getpid())\nprint('ready', flush=True)\n`
      const { pid } = await blocked(t, ['python3', '-c', `${begin}${program}`, file])
      await holdsFor(
        t,
        pid,
        (row) => row.pid === pid && call.test(String(row.call)) && /^[.D]$/.test(String(row.state)),
        ({ chain, holderPid, class: of, sure }) =>
          String(chain).includes(`${named(file)} (fuse at ${file}) served by python3 `) &&
          // of its threads the chain names the one that works

          holderPid === server.pid &&
          of === 'local' &&
          sure === 'certain',
      )
    },
    ['python3', 'umount'],
  )
