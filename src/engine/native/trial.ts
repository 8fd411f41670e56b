// The smallest program there is. It asks the kernel whether this process may load BPF programs at all: rights, lockdown, seccomp
// and containers interact in ways that no file tells as surely.
import { closeSync } from 'node:fs'
import koffi from 'koffi'
import { BpfError } from './libbpf.ts'

const RAW_TRACEPOINT = 17
/** r0 = 0 */
const ZERO = 'b700000000000000'
/** r0 *= r0 */
const MULTIPLY = '2f00000000000000'
const EXIT = '9500000000000000'

/** A descriptor of it, or of one that multiplies so many times before. Throws BpfError when the kernel refuses, any other error
 * when libbpf.so.1 is not there. */
export const loadNothing = (name: string, multiplications = 0): number => {
  const nothing = Buffer.from(ZERO + MULTIPLY.repeat(multiplications) + EXIT, 'hex')
  const library = koffi.load('libbpf.so.1')
  const load = library.func(
    'int bpf_prog_load(int type, const char *name, const char *license, const void *instructions, size_t count, const void *options)',
  )
  const fd: number = load(RAW_TRACEPOINT, name, 'Dual MIT/GPL', nothing, nothing.length / 8, null)
  if (fd < 0) throw new BpfError('load a trial program', -fd)
  return fd
}

/** Throws as that. */
export const tryToLoad = (): void => closeSync(loadNothing('trial'))
