// Who made a transaction of a journal, and whose data its commit waited for: what is known of each is kept until whoever
// waited for it has been told. Pure.

export interface TransactionPart {
  fs: number
  transaction: number
  pid: number
  comm: string
  /** Of its data; null: its handles. */
  file: string | null
  handles: number
  blocks: number
  ns: number
}

/** A second's fsyncs of a busy database; one is forgotten when it was the last to be told of for so long. */
const MOST_TRANSACTIONS = 2000

export const transactions = () => {
  const known = new Map<string, Map<string, TransactionPart>>()

  return {
    add(part: TransactionPart): void {
      const key = `${part.fs} ${part.transaction}`
      let parts = known.get(key)
      if (!parts) known.set(key, (parts = new Map()))
      const id = `${part.pid} ${part.file ?? ''}`
      const was = parts.get(id)
      if (was) {
        was.handles += part.handles
        was.blocks += part.blocks
        was.ns += part.ns
      } else {
        parts.set(id, { ...part })
      }
      if (known.size > MOST_TRANSACTIONS) known.delete(known.keys().next().value!)
    },
    /** Who else is in it, in words; empty: nobody. Undefined: it is not known. */
    others(fs: number, transaction: number, pid: number): string | undefined {
      const parts = known.get(`${fs} ${transaction}`)
      return parts && wordsOf([...parts.values()], pid)
    },
  }
}

const most = (parts: readonly TransactionPart[], of: 'blocks' | 'ns'): TransactionPart | undefined =>
  parts.reduce<TransactionPart | undefined>((top, part) => (part[of] > (top?.[of] ?? 0) ? part : top), undefined)

const who = ({ comm, pid }: TransactionPart): string => (pid === 0 ? comm : `${comm} ${pid}`)

const wordsOf = (parts: readonly TransactionPart[], pid: number): string => {
  const others = parts.filter((part) => part.pid !== pid)
  const blocks = parts.reduce((sum, part) => sum + part.blocks, 0)
  const made = most(others, 'blocks')
  const waited = most(others, 'ns')
  return [
    made ? `${who(made)}: ${Math.round((100 * made.blocks) / blocks)}% of ${blocks} blocks` : '',
    waited
      ? `${(waited.ns / 1e6).toFixed(1)}ms for data of ${who(waited)}${waited.file ? ` in ${waited.file}` : ''}`
      : '',
  ]
    .filter((text) => text !== '')
    .join('; ')
}
