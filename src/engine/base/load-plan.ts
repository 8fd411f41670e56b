// What of a compiled object is put into the kernel, and how large its maps are.

export interface LoadOptions {
  /** Programs to load, by function name and section; default all. */
  programs?: (name: string, section: string) => boolean
  /** Other sizes than the object's own; names of maps that it does not have are another object's. */
  maxEntries?: Readonly<Record<string, number>>
  /** Maps that get so many times the entries they would have, for each CPU for instance. */
  times?: Readonly<Record<string, number>>
  /** What stands in maps of constants (`.rodata.NAME`), which the kernel takes into account as it looks through the programs. */
  constants?: Readonly<Record<string, Buffer>>
  /** What libbpf has to say of a failure is not logged: the caller knows another way. */
  quiet?: boolean
}

/** What a probe loads when it starts; `otherwise` where the kernel does not take that, of which nothing is logged then. */
export interface LoadPlan extends Omit<LoadOptions, 'quiet'> {
  path: string
  otherwise?: LoadPlan
}
