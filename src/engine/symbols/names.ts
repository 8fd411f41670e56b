// Names of functions as they are sent: readable, short enough, and harmless.

const LONGEST = 300

/** Rust's older names are C++ names with a hash at the end and escapes for what C++ does not allow. */
const RUST_HASH = /::h[0-9a-f]{16}$/
const RUST_ESCAPES: Readonly<Record<string, string>> = {
  $LT$: '<', $GT$: '>', $LP$: '(', $RP$: ')', $C$: ',', $RF$: '&', $BP$: '*', $SP$: '@', '..': '::',
}

export const readable = (name: string): string => harmless(RUST_HASH.test(name) ? fromRust(name) : name)

/** Names come from files and memory of others. */
export const harmless = (name: string): string =>
  name.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?').slice(0, LONGEST)

const fromRust = (name: string): string =>
  name
    .replace(RUST_HASH, '')
    .replace(/\$u([0-9a-f]{2,4})\$/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\$[A-Z]{1,2}\$|\.\./g, (escape) => RUST_ESCAPES[escape] ?? escape)
    .replace(/(^|::)_(?=<)/g, '$1')
