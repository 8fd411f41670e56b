// The verdict's figures over time: each instant as the verdict was then, and the picture of it beside the words.
import test from 'ava'
import { frame } from '../../../src/app/draw/frame.ts'
import { viewOf } from '../../../src/model/view.ts'
import { probeColumns } from '../../../src/app/time-axis.ts'
import { ruleRole, rulesPast, ruleScale } from '../../../src/app/verdict/past.ts'
import { RULES } from '../../../src/app/verdict/rules.ts'
import { checkRule, verdictOf } from '../../../src/app/verdict/verdict.ts'
import { WAITS } from '../../../src/engine/probes/waits/spec.ts'
import { schedOf } from '../../../src/model/sched.ts'
import type { SchedData } from '../../../src/stream/sched-types.ts'
import { editedSched } from '../../helpers/sched.ts'
import { fakeScreen } from '../../helpers/screen.ts'
import { fakeStream } from '../../helpers/stream.ts'
import { CASES } from '../verdict-cases.ts'
import { described, healthy } from '../verdict-machine.ts'

const TICKS = 30

test('each instant is what the verdict was then', (t) => {
  const { state, store } = fakeScreen({ ticks: TICKS })
  const view = viewOf(store)
  const columns = probeColumns(state, view, 'sched', 40, store.ticks().at(-1)!)
  const past = rulesPast(columns, view, { replay: true })
  t.true([...past.values()].every(({ length }) => length === 40))
  let known = 0
  for (const rule of RULES)
    columns.forEach(({ sample }, index) => {
      const check = sample && checkRule(rule, view.at(sample.atMs), true)
      const value = !check || check.is === 'blind' ? undefined : check.value
      if (value !== undefined) known++
      t.is(past.get(rule.id)![index], value, `${rule.id} ${index}`)
    })
  t.true(known > 10 * TICKS)
  t.deepEqual(rulesPast(columns, view, { replay: true }), past, 'what is remembered is the same')
})

test('what was told as the time came is what is told of it later', (t) => {
  const messages = fakeStream({ ticks: TICKS })
  const live = fakeScreen({ messages: messages.slice(0, 3) })
  for (const message of messages.slice(3)) {
    live.receive(message)
    verdictOf(viewOf(live.store), { replay: true })
  }
  const { state, store } = fakeScreen({ messages })
  const past = (of: typeof store) => {
    const columns = probeColumns(state, viewOf(of), 'sched', 40, store.ticks().at(-1)!)
    return rulesPast(columns, viewOf(of), { replay: true })
  }
  t.deepEqual(past(live.store), past(store))
})

test('full height is where it stands out, or what was more than that; from there on in its colour', (t) => {
  const rule = { ...RULES[0]!, warn: 40, bad: 80 }
  t.is(ruleScale(rule, [undefined, 10, 20])(20), 0.5)
  t.is(ruleScale(rule, [undefined, 10, 100])(20), 0.2)
  t.deepEqual([39.9, 40, 80].map(ruleRole(rule)), ['series1', 'warn', 'bad'])
})

const onPage = (width: number, height: number) => {
  const screen = fakeScreen({ width, height, ticks: TICKS, initial: { replay: true } })
  screen.press('!')
  return screen
}
const spark = (text: string, words: string): string => {
  const line = text.split('\n').find((each) => each.includes(words)) ?? ''
  return line.slice(line.indexOf(words))
}

test('beside the words where there is room, and on a high page in more than one line', (t) => {
  const large = onPage(320, 90).text()
  t.regex(spark(large, 'TCP, sessions that timed out'), /·{100,}─{20,}/, 'nobody looked, and nothing was')
  t.regex(spark(large, 'threads that wait for each CPU'), /·{100,}.*[▁▂▃▄▅▆▇█]{20}/)
  t.true(large.includes('over time; full height: where it stands out'))
  t.regex(large, /-3m\d\d .* now +│/)
  const low = onPage(200, 50).text()
  t.regex(spark(low, 'TCP, sessions that timed out'), /·{20,}─{20,}/)
  t.true(large.split('\n').findLastIndex((line) => line.includes(' now ')) > 60)
  t.false(onPage(120, 36).text().includes('over time'))
  const verdict = onPage(320, 90)
  verdict.press('!')
  t.false(spark(verdict.text(), 'TCP, sessions that timed out').includes('───────'), 'beside the overview it is a list')
})

test('a click on the words leads to the panel, one on an instant goes there', (t) => {
  const screen = onPage(320, 90)
  const lines = screen.text().split('\n')
  const y = lines.findIndex((line) => line.includes('TCP, sessions that timed out'))
  const at = (x: number) => {
    const { hits = [] } = frame(screen.state, screen.store, screen.context)
    const found = hits.findLast(
      (each) => x >= each.x && x < each.x + each.width && y >= each.y && y < each.y + each.height,
    )!
    return found.at?.(x - found.x, y - found.y) ?? found.action
  }
  t.is(at(20).do, 'finding')
  t.like(at(lines[y]!.lastIndexOf('─') - 3), { do: 'toTime' })
})

test('what is over time is said beside the words, not in them', (t) => {
  const chain = { pid: 812, state: 'D', call: 'fsync', chain: 'fsync /data/wal.log (device flush), ext4 on vda' }
  const stuck = CASES.uninterruptible!.make(2)(CASES.backlog!.make(2)(healthy()))
  const messages = described(WAITS, 'chains', chain)(stuck)
  const screen = fakeScreen({ width: 200, height: 50, messages, initial: { replay: true } })
  screen.press('!')
  const lines = screen.text().split('\n')
  t.true(lines.some((line) => /vda\).* bad at 80% /.test(line)))
  const head = lines.filter((line) => line.includes('over time'))
  t.is(head.length, 1)
  t.notRegex(head[0]!, /bad at/)
})

test('of several findings of one rule the first has its figure', (t) => {
  const { procs } = schedOf(fakeScreen({ ticks: 1 }).store.latest('sched')!.data)
  const [one, two] = procs.filter(({ pid }) => pid === 812 || pid === 3314)
  const stuck = (data: SchedData) => ({
    procs: data.procs.map((proc) =>
      proc.pid === one!.pid || proc.pid === two!.pid
        ? {
            ...proc,
            uninterruptibleNs: proc.pid === 812 ? 9e8 : 7e8,
            calls: [{ call: 'fsync', state: 'D' as const, ns: 7e8 }],
          }
        : proc,
    ),
  })
  const messages = fakeStream({ ticks: TICKS }).map((message) =>
    message.type === 'sample' && message.probe === 'sched'
      ? { ...message, data: editedSched(message.data, stuck) }
      : message,
  )
  const screen = fakeScreen({ width: 320, height: 90, messages, ticks: TICKS, initial: { replay: true } })
  screen.press('!')
  const found = screen
    .text()
    .split('\n')
    .filter((line) => line.includes('uninterruptible in fsync'))
  t.true(found.length >= 2)
  t.deepEqual(
    found.map((line) => /[▁▂▃▄▅▆▇█]{10}/.test(line)),
    found.map((_, index) => index === 0),
  )
})
