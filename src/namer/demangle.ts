// Names of C++ functions as they are written in source, by the C++ library's own function, which node itself needs too.
import koffi from 'koffi'

/** Longer ones are left alone: taking them apart may take long. */
const LONGEST = 1000

const bind = () => {
  const free = koffi.load(null).func('void free(void *memory)')
  const text = koffi.disposable('DemangledName', 'str', free)
  return koffi.load('libstdc++.so.6').func('__cxa_demangle', text, ['str', 'void *', 'void *', 'void *'])
}

let bound: ReturnType<typeof bind> | undefined | 'absent'

/** The name itself where it is not one of C++, or the library is not there. */
export const demangled = (name: string): string => {
  if (!name.startsWith('_Z') || name.length > LONGEST) return name
  if (bound === undefined) {
    try {
      bound = bind()
    } catch {
      bound = 'absent'
    }
  }
  return bound === 'absent' ? name : ((bound(name, null, null, null) as string | null) ?? name)
}
