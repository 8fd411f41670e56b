// Gives up all that a namer does not need, for good, once its program is loaded, as others cannot read that everywhere.
// Under the user of the processes it names it has no capability but CAP_CHECKPOINT_RESTORE, and that in one thread, to
// open what they have mapped and deleted. For root it keeps what setpriv(1) left it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import koffi from 'koffi'
import { stepBack } from '../source/priority.ts'

const PR_SET_PDEATHSIG = 1
const PR_SET_KEEPCAPS = 8
const SIGKILL = 9
const CAP_VERSION_3 = 0x20080522
const CAP_CHECKPOINT_RESTORE = 40
/** The kernel's OOM killer should take it before the engine, and long before those it looks at. */
const OOM_SCORE = 900
const POOL_THREADS = 4

/** Throws when anything could not be given up. */
export const confine = async (uid: number, gid: number, parent: number): Promise<void> => {
  writeFileSync('/proc/self/oom_score_adj', String(OOM_SCORE))
  // threads that would be made later may be more than the user may have
  await Promise.all(Array.from({ length: POOL_THREADS }, () => stat('/')))
  stepBack()
  if (uid !== 0) becomeUser(uid, gid)
  const expected = uid === 0 ? undefined : 1n << BigInt(CAP_CHECKPOINT_RESTORE)
  for (const thread of threads()) {
    const status = readFileSync(`/proc/self/task/${thread}/status`, 'latin1')
    const field = (name: string): string[] =>
      (new RegExp(`^${name}:(.*)$`, 'm').exec(status)?.[1] ?? '?').trim().split(/\s+/)
    const permitted = BigInt(`0x${field('CapPrm')[0]}`)
    const allowed = expected === undefined || permitted === 0n || (thread === process.pid && permitted === expected)
    if (!allowed || field('NoNewPrivs')[0] !== '1' || field('Groups').join('') !== '')
      throw new Error('rights could not be given up')
    if (field('Uid').concat(field('Gid')).join() !== [uid, uid, uid, uid, gid, gid, gid, gid].join())
      throw new Error(`could not become user ${uid}`)
  }
  // whoever started us may have ended before we asked to be told
  if (process.ppid !== parent) throw new Error('the engine has ended')
}

const becomeUser = (uid: number, gid: number): void => {
  const libc = koffi.load(null)
  const prctl = libc.func('int prctl(int option, ...)')
  const capset = libc.func('int capset(void *header, void *data)')
  // of this thread alone: all others lose everything with the user
  prctl(PR_SET_KEEPCAPS, 'ulong', 1)
  process.setgid!(gid)
  process.setuid!(uid)
  const header = Buffer.alloc(8)
  header.writeUInt32LE(CAP_VERSION_3, 0)
  const data = Buffer.alloc(24)
  const high = 1 << (CAP_CHECKPOINT_RESTORE - 32)
  data.writeUInt32LE(high, 12)
  data.writeUInt32LE(high, 16)
  if (capset(header, data) !== 0) throw new Error('capabilities could not be given up')
  // forgotten with the change of user
  prctl(PR_SET_PDEATHSIG, 'ulong', SIGKILL)
}

const threads = (): number[] => readdirSync('/proc/self/task').map(Number)
