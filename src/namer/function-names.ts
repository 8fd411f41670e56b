// Names of functions as they are sent: readable, short enough, and harmless.
import { demangled } from './demangle.ts'
import { harmless } from './harmless.ts'
import { rustName } from './rust.ts'

/** As in source, where the name is one that a compiler of C++ or Rust made up. */
export const readable = (name: string): string => harmless(rustName(name) ?? demangled(name))

/** Without the C++ library, which is not written for names made to do harm. */
export const asInFile = (name: string): string => harmless(rustName(name) ?? name)
