// How long a tick of the kernel (a jiffy) is: the step of its coarse clock, which goes on with each.
import koffi from 'koffi'
import { BpfError, libbpf } from './libbpf.ts'

const CLOCK_MONOTONIC_COARSE = 6

/** Throws BpfError. */
export const kernelTickNs = (): number => {
  const step = Buffer.alloc(16) // seconds and ns
  if (libbpf().clockStep(CLOCK_MONOTONIC_COARSE, step) < 0) throw new BpfError('ask for the clock', koffi.errno())
  return Number(step.readBigInt64LE(0)) * 1e9 + Number(step.readBigInt64LE(8))
}
