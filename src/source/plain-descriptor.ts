// Opens files of others without doing anything to them: only plain files on real file systems are opened for reading.
// What is there is looked at first (O_PATH opens nothing), and it is that very file which is opened then, so that nobody
// can put a device, a pipe or a log of the kernel in its place meanwhile.
import { closeSync, constants, fstatSync, openSync, statfsSync, type Stats } from 'node:fs'

const O_PATH = 0o10000000
/** Made up by the kernel as it is read: proc, sysfs, debugfs, tracefs, securityfs, both of control groups, bpf, configfs,
 * pstore, efivarfs, selinuxfs, smackfs, binfmt_misc, fusectl, autofs, queues of messages. */
export const MADE_UP = new Set([
  0x9fa0, 0x62656572, 0x64626720, 0x74726163, 0x73636673, 0x27e0eb, 0x63677270, 0xcafe4a11, 0x62656570, 0x6165676c,
  0xde5e81e4, 0xf97cff8c, 0x43415d53, 0x42494e4d, 0x65735543, 0x187, 0x19800202,
])

/** A descriptor to be closed, and which file it is; undefined where there is none that may be opened. `links`: also through a
 * symbolic link at the end of the path. */
export const descriptorOf = (path: string, { links = false } = {}): { fd: number; stat: Stats } | undefined => {
  const opened: number[] = []
  try {
    const place = openSync(path, O_PATH | (links ? 0 : constants.O_NOFOLLOW))
    opened.push(place)
    const stat = fstatSync(place)
    if (!stat.isFile() || MADE_UP.has(statfsSync(`/proc/self/fd/${place}`).type)) return undefined
    const fd = openSync(`/proc/self/fd/${place}`, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    return { fd, stat }
  } catch {
    return undefined
  } finally {
    for (const fd of opened) closeSync(fd)
  }
}
