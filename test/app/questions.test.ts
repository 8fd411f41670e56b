// The questions of the README, each asked of a made-up machine from the first screen on: so many keys, and the answer is
// on the screen.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { ROOT } from '../../src/paths.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { SIZES } from '../helpers/sizes.ts'

const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
const MOST_KEYS = 5

interface Question {
  /** As in the README. */
  asks: string
  keys: readonly string[]
  answer: RegExp
}

const QUESTIONS: readonly Question[] = [
  { asks: "What is the machine's worst now?", keys: [], answer: /!! nginx 1207: queue of \[::\]:443 100% full/ },
  { asks: 'Who is blocked on disk?', keys: ['2', 'm', 'm'], answer: /uninterruptible.*\n(.*\n)*.*812 postgres/ },
  { asks: 'Who waits for a CPU, and how long?', keys: ['1'], answer: /WAIT%▼(.*\n)+.*postgres.* [\d.]+ [\d.]+ms/ },
  { asks: 'Which disk is slow?', keys: ['3', 'm'], answer: /DISK(.*\n)+.*nvme0n1/ },
  { asks: 'Which connection loses packets?', keys: ['4', '>', '>', '>'], answer: /RETR\/s▼/ },
  { asks: 'When was the spike?', keys: ['1', 'X'], answer: /FROZEN(.*\n)+.*the worst of the \d+ intervals kept/ },
  { asks: 'What changed?', keys: ['{', 'D', 'end'], answer: /changes from .*earlier\)(.*\n)+.*WAIT%▼ +CHANGE/ },
  { asks: 'Who forks?', keys: ['6'], answer: /EVENT +PID +PPID(.*\n)+.* exec +\d+ +\d+ \w/ },
  { asks: 'Which of three python3?', keys: ['l'], answer: /COMMAND LINE/ },
  {
    asks: 'What do all workers of one server together?',
    keys: ['u'],
    answer: /run queue by name(.*\n)+.* COMMAND .*WAIT%/,
  },
]

for (const { asks, keys, answer } of QUESTIONS)
  test(`${asks} ${keys.join(' ')}`, (t) => {
    t.true(README.includes(`| ${asks}`), 'the README has it')
    t.true(keys.length <= MOST_KEYS)
    for (const [width, height] of SIZES) {
      const screen = fakeScreen({ exec: true, width, height })
      screen.press(...keys)
      t.regex(screen.text(), answer, `${width}x${height}`)
    }
  })
