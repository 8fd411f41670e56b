// Boots a kernel in qemu, with the processor's own virtualization where it may be used, else in emulation, and hands
// over what the guest prints until it powers off.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { END } from './guest/protocol.ts'
import type { Kernel } from './kernels.ts'

export const QEMU = 'qemu-system-x86_64'

interface BootOptions {
  memoryMb?: number
  /** Of one the code of the kernel is changed without asking another, which emulated ones do not always survive. */
  cpus?: number
  /** Given up when it says nothing for so long. */
  silenceMs?: number
  onLine?(line: string): void
}

/** `word` is handed to the guest. Throws Error with the kernel's last words when the guest did not end by itself. */
export const boot = async (
  kernel: Kernel,
  image: string,
  folder: string,
  word: string,
  timeoutMs: number,
  { memoryMb = 1024, cpus = 2, silenceMs, onLine = () => {} }: BootOptions = {},
): Promise<string[]> => {
  const log = join(folder, 'console.log')
  const running = execa(
    QEMU,
    [
      ...(await accelerator()),
      '-smp',
      String(cpus),
      '-m',
      String(memoryMb),
      '-nodefaults',
      '-no-user-config',
      '-display',
      'none',
      '-no-reboot',
      '-kernel',
      kernel.vmlinuz,
      '-initrd',
      image,
      '-append',
      `console=ttyS0 quiet panic=-1 mitigations=off no_timer_check -- ${word}`,
      '-serial',
      `file:${log}`,
      '-serial',
      'stdio',
    ],
    { stdin: 'ignore', reject: false, timeout: timeoutMs, forceKillAfterDelay: 1000 },
  )
  let isSilent = false
  const giveUp = (): void => {
    isSilent = true
    running.kill()
  }
  const timer = silenceMs === undefined ? undefined : setTimeout(giveUp, silenceMs)
  for await (const line of running) {
    timer?.refresh()
    onLine(line.trim())
  }
  clearTimeout(timer)
  const { timedOut, exitCode, stdout, stderr } = await running
  const lines = stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (lines.at(-1) === END) return lines.slice(0, -1)
  const why = isSilent
    ? `said nothing for ${silenceMs! / 1000} s`
    : timedOut
      ? `not done after ${timeoutMs / 1000} s`
      : `qemu ended with ${exitCode} ${stderr}`
  throw new Error([`Linux ${kernel.release}: ${why}`, ...lines, ...lastLines(log)].join('\n'))
}

/** A kvm device may be there and not work, in a container or in a virtual machine: so a machine is made, and ended. */
const accelerator = async (): Promise<string[]> => {
  const { exitCode } = await execa(
    QEMU,
    ['-accel', 'kvm', '-cpu', 'max', '-nodefaults', '-display', 'none', '-S', '-monitor', 'stdio'],
    { input: 'quit\n', reject: false, timeout: 5000 },
  )
  // qemu 7.2 emulates cmpxchg16b with wrong flags now and then, which the kernel does not survive
  return exitCode === 0 ? ['-accel', 'kvm', '-cpu', 'max'] : ['-accel', 'tcg', '-cpu', 'max,-cx16']
}

export const isEmulated = async (): Promise<boolean> => (await accelerator()).includes('tcg')

const lastLines = (path: string): string[] => {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(-40)
  } catch {
    return []
  }
}
