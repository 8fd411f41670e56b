// Servers of many processes that wait for each other by signals and semaphores, of which the kernel knows no owner, but
// say in their titles (`ps`) what they do. What one says of itself is believed of it alone: a rule tells for which others
// of its server it may wait, and that is likely where there is one, else possible. Pure.
import type { TimeClass } from '../../../stream/time-classes.ts'

/** What a process of a server says it does. */
export interface Title {
  /** `UPDATE waiting`, `idle in transaction`, `checkpointer`. */
  does: string
  /** What it works on, where it serves a client. */
  database: string
}

interface TitleRule {
  /** Of who waits. */
  does: RegExp
  /** Of who may end that; `$PID` is who waits. */
  others: string
  /** Only of those that work on the same, and of these whatever they work on. */
  same?: RegExp
  what: string
  relation: string
  class: TimeClass
  /** Nothing is said where there is nobody who may end it. */
  onlyWithOthers?: true
}

interface Server {
  comm: string
  prefix: string
  rules: readonly TitleRule[]
}

const SERVERS: readonly Server[] = [
  {
    comm: 'postgres',
    prefix: 'postgres: ',
    rules: [
      {
        does: /waiting for [0-9A-F]+\/[0-9A-F]+$/,
        others: '\\bstreaming ',
        what: 'a replica',
        relation: 'served by',
        class: 'network',
      },
      {
        does: / waiting$/,
        others: '^(?!idle$|.* waiting$)',
        same: /^autovacuum worker /,
        what: 'lock in database',
        relation: 'held by',
        class: 'lock',
      },
      { does: /^CHECKPOINT/, others: '^checkpointer', what: 'checkpoint', relation: 'done by', class: 'disk' },
      {
        does: /./,
        others: '^parallel worker for PID $PID\\b',
        what: 'parallel workers',
        relation: '',
        class: 'local',
        onlyWithOthers: true,
      },
    ],
  },
]

const MOST_DOES = 60

/** Undefined: it is of no such server. */
export const titleIn = (comm: string, text: string): Title | undefined => {
  const server = SERVERS.find((each) => each.comm === comm)
  if (!server || !text.startsWith(server.prefix)) return undefined
  const title = text.slice(server.prefix.length)
  // `[cluster: ]user database host(port) does`; others say what they are
  const words = title.split(' ')
  const host = words.findIndex((word, index) => index >= 2 && (word === '[local]' || /^[0-9a-f.:]+\(\d+\)$/.test(word)))
  return host < 0
    ? { does: title.slice(0, MOST_DOES), database: '' }
    : {
        does: words
          .slice(host + 1)
          .join(' ')
          .slice(0, MOST_DOES),
        database: words[host - 1]!,
      }
}

export const isTitled = (comm: string): boolean => SERVERS.some((each) => each.comm === comm)

interface Found {
  rule: TitleRule
  /** Of those that may end it, who keep others waiting for nothing that they do first. */
  pids: number[]
}

/** What it waits for by the titles of the others of its server. */
export const waitsByTitle = (
  comm: string,
  self: { pid: number; title: Title },
  others: readonly { pid: number; title: Title | undefined }[],
): Found | undefined => {
  for (const rule of SERVERS.find((each) => each.comm === comm)?.rules ?? []) {
    if (!rule.does.test(self.title.does)) continue
    const fits = new RegExp(rule.others.replace('$PID', String(self.pid)))
    const may = others.filter(
      ({ pid, title }) =>
        pid !== self.pid &&
        title !== undefined &&
        fits.test(title.does) &&
        (!rule.same || title.database === self.title.database || rule.same.test(title.does)),
    )
    const pids = may
      .toSorted((a, b) => Number(b.title!.does.startsWith('idle')) - Number(a.title!.does.startsWith('idle')))
      .map(({ pid }) => pid)
    if (pids.length > 0 || !rule.onlyWithOthers) return { rule, pids }
  }
  return undefined
}
