// The tools of bcc that can become a panel: a fixed list of names, the question each answers, and how it is told how often
// to print. What its output looks like is not written here: that is read in the output itself.
import { SCRIPT_LIMITS, type ScriptPlan } from '../../stream/script.ts'
import { idOf } from '../scripts/plan.ts'

/** When a tool prints: as it happens, or once in so many seconds, given as a word or by an option; or once, when these
 * are over, after which it is begun anew. */
type Timing = { prints: 'events' } | { prints: 'intervals' | 'at the end'; option?: string; always?: readonly string[] }

export interface BccTool {
  name: string
  question: string
  timing: Timing
  /** Letters of its options that take a value: the word after one is no interval. */
  valued?: string
}

const events = (question: string): Omit<BccTool, 'name'> => ({ question, timing: { prints: 'events' } })
const every = (question: string, valued = 'cdnptu', more: { option?: string; always?: string[] } = {}) => ({
  question,
  timing: { prints: 'intervals' as const, ...more },
  valued,
})
const atEnd = (question: string, valued = 'cdmMnptu') => ({
  question,
  timing: { prints: 'at the end' as const },
  valued,
})

const LIST: Record<string, Omit<BccTool, 'name'>> = {
  bashreadline: events('What is typed into shells?'),
  bindsnoop: events('Who binds to which port?'),
  biolatency: every('How long do disks take?', 'cd'),
  biopattern: every('Is disk I/O random or sequential?', 'd'),
  biosnoop: events('Which disk I/O is issued, by whom, and how long does it take?'),
  biostacks: every('Which code issues disk I/O?', 'd'),
  biotop: every('Which processes use the disks?', 'pr', { always: ['-C'] }),
  bitesize: every('How large are disk requests?', 'cd'),
  btrfsdist: every('How long do calls on btrfs take?', 'p'),
  btrfsslower: events('Which calls on btrfs are slow?'),
  cachestat: every('Do files fit into memory?', ''),
  capable: events('Which capabilities are asked for?'),
  cpudist: every('How long do threads stay on a CPU?', 'cp'),
  dcsnoop: events('Which names are looked up in the directory cache?'),
  drsnoop: events('Who has to free memory before getting some?'),
  execsnoop: events('Which programs are started, and with what?'),
  exitsnoop: events('Which processes end, when and how?'),
  ext4dist: every('How long do calls on ext4 take?', 'p'),
  ext4slower: events('Which calls on ext4 are slow?'),
  filelife: events('Which files live shortly?'),
  filetop: every('Which files are read and written?', 'prs', { always: ['-C'] }),
  gethostlatency: events('How long do look-ups of host names take?'),
  hardirqs: every('Which interrupts take time?', 'cd'),
  killsnoop: events('Who sends signals to whom?'),
  mdflush: events('Which md devices are flushed?'),
  mountsnoop: events('What is mounted?'),
  nfsdist: every('How long do calls on NFS take?', 'p'),
  nfsslower: events('Which calls on NFS are slow?'),
  offcputime: atEnd('Where do threads leave the CPU, and for how long?'),
  oomkill: events('Whom does the kernel kill for want of memory?'),
  opensnoop: events('Which files are opened, and which are not there?'),
  profile: atEnd('Where are the CPUs?', 'cFLpu'),
  runqlat: every('How long do threads wait for a CPU?', 'cp'),
  runqlen: every('How long are the run queues?', 'f'),
  runqslower: events('Which threads waited long for a CPU?'),
  sigsnoop: events('Who sends signals to whom?'),
  slabratetop: every('Which kernel caches allocate?', 'prs', { always: ['-C'] }),
  softirqs: every('Which soft interrupts take time?', 'cd'),
  solisten: events('Who listens on which port?'),
  statsnoop: events('Which files are asked about?'),
  syncsnoop: events('Who calls sync?'),
  syscount: every('Which system calls are made?', 'cdpTxe', { option: '-i' }),
  tcpaccept: events('Who accepts connections?'),
  tcpconnect: events('Who connects where?'),
  tcpconnlat: events('How long does it take to connect?'),
  tcplife: events('Which sessions were there, how long and how much?'),
  tcpretrans: events('Which segments are sent again?'),
  tcprtt: every('How long are round trips?', 'aAcdpP', { option: '-i' }),
  tcpstates: events('How do TCP sessions change state?'),
  tcpsynbl: every('How full are backlogs of connections?', ''),
  tcptop: every('Which sessions carry how much?', 'cmpr', { always: ['-C'] }),
  tcptracer: events('Who connects, accepts and closes?'),
  vfsstat: every('Which calls are made on files?', ''),
  wakeuptime: atEnd('Who wakes whom, from where?'),
  xfsdist: every('How long do calls on XFS take?', 'p'),
  xfsslower: events('Which calls on XFS are slow?'),
}

export const TOOL_NAMES: readonly string[] = Object.keys(LIST)

/** What Debian adds to the names of those in Python, and from 13 on to those in C. */
export const SUFFIXES = { python: '-bpfcc', c: '-libbpf' } as const

/** By name, also with one of Debian's suffixes. */
export const toolNamed = (given: string): BccTool | undefined => {
  const suffix = Object.values(SUFFIXES).find((end) => given.endsWith(end)) ?? ''
  const name = given.slice(0, given.length - suffix.length)
  return Object.hasOwn(LIST, name) ? { name, ...LIST[name]! } : undefined
}

/** What it is started with: where it prints once in so often, and the user did not say how often, that is added. */
export const argumentsOf = ({ timing, valued = '' }: BccTool, given: readonly string[], seconds: number): string[] => {
  if (timing.prints === 'events') return [...given]
  const { option, always = [] } = timing
  const own = always.filter((word) => !given.includes(word))
  const isSaid = option
    ? given.some((word) => word.startsWith(option) || word.startsWith('--interval'))
    : hasInterval(given, valued)
  return [...own, ...given, ...(isSaid ? [] : [...(option ? [option] : []), String(seconds)])]
}

/** Options in words that take the next one, where it is not given behind a `=`. */
const VALUED_LONG = [
  'cgroup',
  'cpu',
  'device',
  'disk',
  'frequency',
  'pid',
  'rows',
  'sort',
  'state',
  'tid',
  'type',
  'uid',
]

/** A number that is neither an option nor what belongs to one. */
const hasInterval = (words: readonly string[], valued: string): boolean => saidInterval(words, valued) !== undefined

const saidInterval = (words: readonly string[], valued: string): string | undefined => {
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (/^\d+(\.\d+)?$/.test(word)) return word
    // -d sda, but not -dsda; -mT takes nothing
    const takesNext = /^-\w+$/.test(word)
      ? firstValued(word, valued) === word.length - 1
      : VALUED_LONG.includes(word.slice(2)) && word.startsWith('--')
    if (takesNext) at++
  }
  return undefined
}

const firstValued = (word: string, valued: string): number => {
  for (let at = 1; at < word.length; at++) if (valued.includes(word[at]!)) return at
  return -1
}

/** Seconds it covers each time it prints; undefined where it prints as it happens. */
export const secondsOf = ({ timing, valued = '' }: BccTool, args: readonly string[]): number | undefined => {
  if (timing.prints === 'events') return undefined
  const { option } = timing
  const said = option ? args[args.lastIndexOf(option) + 1] : saidInterval(args, valued)
  const seconds = Number(said)
  return seconds > 0 && seconds <= 3600 ? seconds : undefined
}

interface GivenTool {
  name: string
  args: readonly string[]
  /** Names of probes and panels that are taken. */
  taken: (id: string) => boolean
}

/** As a panel before it has said anything: of its name, its arguments and a place for text. */
export const planOfTool = ({ name, args, taken }: GivenTool): ScriptPlan => {
  const words = [name, ...args].join(' ').replace(/\p{C}/gu, '')
  return {
    id: idOf(name, taken),
    title: words.slice(0, SCRIPT_LIMITS.title).replace(/\p{C}/gu, ''),
    question: toolNamed(name)?.question ?? '',
    howToRead: `${name} of bcc, as it is: what it prints is read line by line, and its columns are those of its heading.`,
    text: words,
    args,
    tool: name,
    maps: [],
    lines: [],
    columns: [],
    said: [],
    prints: true,
    hooks: [],
    hookless: 0,
  }
}

/** Which package of Debian has it. */
export const PACKAGES = 'libbpf-tools or bpfcc-tools'
