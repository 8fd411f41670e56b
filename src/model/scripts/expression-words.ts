// What an expression of a script is about: a heading for it, whether it can hold blanks and commas, and its dimension.
import type { KeyPart } from '../../stream/script.ts'
import { SCRIPT_LIMITS } from '../../stream/script.ts'
import type { Dimension } from '../../stream/fields.ts'

const INTS = new Set(['pid', 'tid', 'uid', 'gid', 'cpu', 'numaid', 'ncpus', 'retval', 'elapsed', 'nsecs'])

export const wordsOf = (text: string): KeyPart => {
  if (/^(k|u)stack\b/.test(text))
    return text.startsWith('k')
      ? { title: 'KERNEL STACK', is: 'stack', dim: 'kernelStack' }
      : { title: 'USER STACK', is: 'stack', dim: 'userStack' }
  if (text.endsWith('comm')) return { title: 'COMM', is: 'text', dim: 'comm' }
  // its number, of which the engine makes its path
  if (text === 'cgroup') return { title: 'CGROUP', is: 'ip', dim: 'cgroup' }
  if (INTS.has(text)) return withDim({ title: text.toUpperCase(), is: 'int' }, DIMS[text.toUpperCase()])
  if (/^\d+$|^\(u?int\d+(_t)?\)|^arg\d$/.test(text)) return { title: titleOf(text, 'VALUE'), is: 'int' }
  if (/^(ntop|macaddr)\b/.test(text)) return { title: titleOf(text, 'ADDRESS'), is: 'ip' }
  if (/^(str|buf|path|probe|func|k?sym|ksym|usym|kaddr|strftime|username|kstr|cgroup_path|syscall_name)\b/.test(text))
    return { title: titleOf(text.replace(/^\w+\s*\((.*)\)$/s, '$1'), text.split(/\W/)[0]!.toUpperCase()), is: 'text' }
  if (/^@?\w*name|^\$?\w*name$/.test(text)) return { title: titleOf(text, 'NAME'), is: 'text' }
  return { title: titleOf(text, 'KEY'), is: 'any' }
}

/** Of what a heading says. */
export const DIMS: Readonly<Record<string, Dimension>> = {
  PID: 'pid',
  TID: 'tid',
  COMM: 'comm',
  COMMAND: 'comm',
  PROCESS: 'comm',
  CPU: 'cpu',
}

const withDim = (part: KeyPart, dim: Dimension | undefined): KeyPart => (dim ? { ...part, dim } : part)

/** The last name in it. */
const titleOf = (text: string, otherwise: string): string => {
  const names = text.replace(/\[.*\]/gs, '').match(/[A-Za-z_]\w*/g)
  return (names?.at(-1) ?? otherwise).toUpperCase().slice(0, SCRIPT_LIMITS.title)
}
