// Names of functions as they are sent: readable, short enough, and harmless.
import { demangled } from './demangle.ts'
import { rustName } from './rust.ts'

const LONGEST = 300

/** As in source, where the name is one that a compiler of C++ or Rust made up. */
export const readable = (name: string): string => harmless(rustName(name) ?? demangled(name))

/** Names come from files and memory of others. */
export const harmless = (name: string): string => name.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?').slice(0, LONGEST)
