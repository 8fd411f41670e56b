// The flags of a rule, as the kernel's program has them (probes/stacks_unwind.h).

export const RULE = {
  fromPointer: 1,
  content: 2,
  returnsSaved: 4,
  returnsFromRegister: 8,
  pointerSaved: 16,
  pointerFromRegister: 32,
  /** The next is where it was interrupted. */
  signal: 64,
  /** Nobody called it. */
  outermost: 128,
  /** Nothing is said of it: by frame pointers. */
  byPointer: 256,
  /** More registers are needed. */
  complex: 512,
  /** There is no code. */
  nothing: 1024,
  /** It stands for functions of an interpreter. */
  interprets: 2048,
} as const
