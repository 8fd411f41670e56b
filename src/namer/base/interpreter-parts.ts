// What the kernel's program must know of an interpreter, as namer and engine say it to each other. Reads nothing.

/** `states`: an address. The others are places in what lies there, 16 bits each, in the kernel's order. */
export const INTERPRETER_PARTS = [
  'states',
  'nextState',
  'threads',
  'nextThread',
  'nativeId',
  'frames',
  'top',
  'code',
  'previous',
  'entry',
  'shim',
  'file',
  'name',
  'line',
  'narrow',
  'wide',
] as const
export type Interpreter = Record<(typeof INTERPRETER_PARTS)[number], number>

/** Of what others say; undefined for what is none. */
export const interpreterOf = (numbers: unknown): Interpreter | undefined => {
  if (!Array.isArray(numbers) || numbers.length !== INTERPRETER_PARTS.length) return undefined
  return isInterpreter(Object.fromEntries(INTERPRETER_PARTS.map((part, i) => [part, numbers[i] as unknown])))
}

/** Undefined for what is none. */
export const isInterpreter = (value: Record<string, unknown>): Interpreter | undefined => {
  const isGood = INTERPRETER_PARTS.every((part) => {
    const number = value[part]
    return Number.isSafeInteger(number) && (number as number) >= 0 && (number as number) < most(part)
  })
  return isGood ? (value as Interpreter) : undefined
}

const most = (part: (typeof INTERPRETER_PARTS)[number]): number => (part === 'states' ? 2 ** 48 : 2 ** 16)
