// The built program in a pseudo-terminal, showing a made-up recording.
import type { ExecutionContext } from 'ava'
import { openPty, PROGRAM, shellWords, startProbetop, type Pty, type PtyOptions } from '../helpers/pty.ts'
import { fakeRecording } from '../helpers/recording.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

export const hasData = (text: string): boolean => text.includes('postgres')

export const replaying = (t: ExecutionContext, options: PtyOptions = {}, args: string[] = [], recording = {}): Pty => {
  const folder = temporaryFolder(t)
  const path = fakeRecording(folder, { ticks: 150, intervalMs: 200, ...recording })
  const pty = startProbetop(['-r', path, ...args], {
    cwd: folder,
    ...options,
    env: { XDG_CONFIG_HOME: folder, ...options.env },
  })
  t.teardown(pty.close)
  return pty
}

export const isGivenBack = (t: ExecutionContext, pty: Pty): void => {
  t.false(pty.isAlternate(), 'the alternate screen is left')
  t.regex(pty.bytes(), /\x1b\[\?25h[^]*$/, 'the cursor is shown')
  t.true(pty.bytes().lastIndexOf('\x1b[?2004l') > pty.bytes().lastIndexOf('\x1b[?2004h'), 'pastes are plain again')
}

export const inShell = async (t: ExecutionContext): Promise<Pty> => {
  const folder = temporaryFolder(t)
  const path = fakeRecording(folder, { ticks: 150, intervalMs: 200 })
  const pty = openPty('exec bash --norc --noprofile -i', { cwd: folder, env: { PS1: 'shell> ' } })
  t.teardown(pty.close)
  await pty.until((text) => text.includes('shell>'))
  pty.type(`${shellWords([PROGRAM, '-r', path])}\r`)
  await pty.until(hasData)
  return pty
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
