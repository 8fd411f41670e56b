// Names of Rust functions as they are written in source: of its own scheme, and of the older one, which borrowed that of
// C++ and has a hash at the end, and escapes for what C++ does not allow.
import { LLVM, nameOfV0 } from './rust-v0.ts'

/** Undefined where it is no name of Rust, or not well-formed. */
export const rustName = (name: string): string | undefined =>
  name.startsWith('_R') ? nameOfV0(name) : LEGACY.test(name) ? nameOfLegacy(name) : undefined

const LEGACY = /^_ZN.*17h[0-9a-f]{16}E(\.|$)/
const ESCAPES: Readonly<Record<string, string>> = {
  LT: '<',
  GT: '>',
  LP: '(',
  RP: ')',
  C: ',',
  RF: '&',
  BP: '*',
  SP: '@',
}

const nameOfLegacy = (mangled: string): string | undefined => {
  const parts: string[] = []
  let at = 3
  while (mangled[at] !== 'E') {
    const digits = /^[1-9]\d{0,3}/.exec(mangled.slice(at, at + 4))?.[0]
    if (digits === undefined) return undefined
    at += digits.length
    parts.push(mangled.slice(at, at + Number(digits)))
    at += Number(digits)
  }
  return parts.slice(0, -1).map(unescaped).join('::') + mangled.slice(at + 1).replace(LLVM, '')
}

const unescaped = (part: string): string =>
  part
    .replace(/^_(?=\$)/, '')
    .replace(/\.\./g, '::')
    .replace(/\$(?:u([0-9a-f]{1,5})|([A-Z]{1,2}))\$/g, (all, code: string | undefined, word: string) =>
      code === undefined ? (ESCAPES[word] ?? all) : String.fromCodePoint(Number.parseInt(code, 16)),
    )
