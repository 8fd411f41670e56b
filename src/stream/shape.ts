// Says whether a parsed JSON value has the shape of a type, and if not, where it differs. Recordings and remote
// streams come from anywhere, so nothing gets past here that a reader would stumble over. Fields that are not
// named are let through: a newer writer may add some.

/** Undefined when the value fits, else the path of the first thing that does not. */
export type Check = (value: unknown) => string | undefined

/** Characters of a text: the longest true ones, command lines and paths, have 4096 bytes. */
const MOST_TEXT = 64 * 1024
/** Frames of one stack: the kernel walks 127, and each may stand for inlined ones. Trees of them are walked in depth. */
export const MOST_FRAMES = 512
/** The years 1970 to 9999: what has a date in four digits. */
const MOST_MS = 253_402_300_799_999

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const text: Check = (value) =>
  typeof value !== 'string' ? 'is not text' : value.length > MOST_TEXT ? 'is too long a text' : undefined
export const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'is not true or false')
export const number: Check = (value) => (Number.isFinite(value) ? undefined : 'is not a number')

/** An instant, in ms. */
export const time: Check = (value) =>
  number(value) ?? ((value as number) >= 0 && (value as number) <= MOST_MS ? undefined : 'is not a time')

/** How long something lasted or lasts, in ms. */
export const span: Check = time

export const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value) ? undefined : `is none of ${values.join(' ')}`

export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value)

export const list =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return 'is not a list'
    for (let i = 0; i < value.length; i++) {
      const wrong = check(value[i])
      if (wrong) return `[${i}]${join(wrong)}`
    }
    return undefined
  }

/** Every field of T, optional ones included, so that the compiler notices a field without a check. */
export type Fields<T> = { [K in keyof T]-?: Check }

export const record = <T>(fields: Fields<T>): Check => {
  const checks = Object.entries<Check>(fields)
  return (value) => {
    if (!isObject(value)) return 'is not an object'
    for (const [name, check] of checks) {
      const wrong = check(value[name])
      if (wrong) return `.${name}${join(wrong)}`
    }
    return undefined
  }
}

/** Histogram slots: pairs of slot and count, slots whole and ascending. */
export const slotPairs =
  (slots: number): Check =>
  (value) => {
    if (!Array.isArray(value) || value.length % 2 !== 0) return 'is not a list of pairs'
    for (let i = 0, before = -1; i < value.length; i += 2) {
      const slot = value[i]
      if (!Number.isInteger(slot) || slot <= before || slot >= slots) return `[${i}] is not the next slot`
      if (!(value[i + 1] >= 0)) return `[${i + 1}] is not a count`
      before = slot
    }
    return undefined
  }

/** Whole numbers from 0, of one stack. */
export const indexes: Check = (value) =>
  !Array.isArray(value) || !value.every((index) => Number.isInteger(index) && index >= 0)
    ? 'is not a list of indexes'
    : value.length > MOST_FRAMES
      ? `has more than ${MOST_FRAMES} frames`
      : undefined

const join = (wrong: string): string => (wrong.startsWith('.') || wrong.startsWith('[') ? wrong : ` ${wrong}`)
