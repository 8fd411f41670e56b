// Stacks of living processes as gdb sees them, with the registers and the memory that it took them from.
import { execFileSync } from 'node:child_process'

export interface GdbThread {
  tid: number
  /** By DWARF's numbers. */
  registers: Map<number, number>
  ip: number
  stack: Buffer
  /** Innermost first. */
  frames: number[]
  /** Of their functions; null where gdb knows none. */
  names: (string | null)[]
}

const NAMES = 'rax rdx rcx rbx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15'.split(' ')
const SCRIPT = `
import gdb, json
def mask(value): return int(value) & 0xffffffffffff
def dump(inferior, at):
  data = b''
  while len(data) < 65536:
    size = 4096 - (at + len(data)) % 4096
    try: data += bytes(inferior.read_memory(at + len(data), size))
    except gdb.error: break
  return data.hex()
for thread in gdb.selected_inferior().threads():
  thread.switch()
  frame = gdb.newest_frame()
  registers = [mask(frame.read_register(name)) for name in ${JSON.stringify(NAMES)}]
  frames, names = [], []
  while frame and len(frames) < 127:
    if frame.type() not in (gdb.INLINE_FRAME, gdb.TAILCALL_FRAME):
      frames.append(frame.pc())
      names.append(frame.name())
    frame = frame.older()
  print('THREAD', json.dumps({'tid': thread.ptid[1], 'registers': registers, 'frames': frames, 'names': names,
    'stack': dump(gdb.selected_inferior(), registers[7])}))
`

export const gdbThreads = (pid: number): GdbThread[] =>
  execFileSync(
    'gdb',
    [
      '-nx',
      '-batch',
      '-p',
      String(pid),
      '-ex',
      'set debuginfod enabled off',
      '-ex',
      'set backtrace past-main on',
      '-ex',
      `python exec(${JSON.stringify(SCRIPT)})`,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 << 20 },
  )
    .split('\n')
    .filter((line) => line.startsWith('THREAD '))
    .map((line) => {
      const { tid, registers, frames, names, stack } = JSON.parse(line.slice(7)) as {
        tid: number
        registers: number[]
        frames: number[]
        names: (string | null)[]
        stack: string
      }
      return {
        tid,
        registers: new Map(registers.map((value, number) => [number, value])),
        ip: frames[0]!,
        stack: Buffer.from(stack, 'hex'),
        frames,
        names,
      }
    })
