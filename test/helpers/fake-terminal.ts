// A terminal in memory: what is written to it goes into xterm's own emulator, whose cells can be read back; what is
// typed comes out of its input.
import { PassThrough, Writable } from 'node:stream'
import xterm from '@xterm/headless'

export const fakeTerminal = (columns: number, rows: number) => {
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  const written: string[] = []
  const output = Object.assign(
    new Writable({
      decodeStrings: false,
      write: (chunk, _encoding, done) => {
        written.push(String(chunk))
        emulator.write(String(chunk))
        done()
      },
    }),
    { isTTY: true, columns, rows },
  )
  const modes: boolean[] = []
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (raw: boolean) => void modes.push(raw) })

  const row = (y: number): string => emulator.buffer.active.getLine(y)?.translateToString(false) ?? ''

  return {
    input: input as unknown as NodeJS.ReadStream,
    output: output as unknown as NodeJS.WriteStream,
    emulator,
    written,
    /** Raw mode as set, in order. */
    modes,
    type: (text: string): void => void input.write(text),
    resize: (newColumns: number, newRows: number): void => {
      emulator.resize(newColumns, newRows)
      Object.assign(output, { columns: newColumns, rows: newRows })
      output.emit('resize')
    },
    /** All that was written has been taken in. */
    settled: () => new Promise<void>((resolve) => setImmediate(() => emulator.write('', resolve))),
    row,
    rows: (): string[] => Array.from({ length: emulator.rows }, (_, y) => row(y)),
    cell: (x: number, y: number) => emulator.buffer.active.getLine(y)?.getCell(x),
    isAlternate: (): boolean => emulator.buffer.active.type === 'alternate',
  }
}
