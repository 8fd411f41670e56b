// Names of hooks that begin with what is typed of one, for the line in which scripts are typed (Want.hooks). A name is told
// as far as its next part, as files are completed: "tracepoint:sc" has "tracepoint:sched:".

export interface HooksMessage {
  type: 'hooks'
  atMs: number
  /** What they begin with. */
  begin: string
  /** The first of them, in order. */
  names: string[]
  /** How many there are. */
  of: number
  /** Why there are none. */
  why?: string
}

export const MOST_HOOK_NAMES = 100
/** Of what is typed of one. */
export const LONGEST_HOOK = 200
