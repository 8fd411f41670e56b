import { PassThrough } from 'node:stream'
import test from 'ava'
import { createAnswers, type Asked } from '../../src/screen/terminal-answers.ts'
import { ALL, isLight, LIGHT } from '../../src/screen/questions.ts'
import { openTerminal } from '../../src/screen/terminal.ts'
import { fakeTerminal } from '../helpers/fake-terminal.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const asked = (isAsked = true, first: Asked[] = []) => {
  const fake = fakeTerminal(20, 3)
  const answers: boolean[] = []
  const background = createAnswers(fake, [...first, { question: LIGHT, hear: (light) => answers.push(light) }])
  const typed: Buffer[] = []
  ;(background.keys as unknown as PassThrough).on('data', (data: Buffer) => typed.push(data))
  if (isAsked) background.ask()
  return {
    background,
    answers,
    fake,
    keys: () => Buffer.concat(typed).toString(),
    receive: async (...parts: (string | Buffer)[]) => {
      for (const part of parts) {
        ;(fake.input as unknown as PassThrough).write(part)
        await turn()
      }
    },
  }
}

test('colours as terminals write them', (t) => {
  t.true(isLight('rgb:ffff/ffff/ffff'))
  t.false(isLight('rgb:1e1e/1e1e/2e2e'))
  t.true(isLight('rgb:f/f/d'))
  t.false(isLight('rgba:00/2b/36/ff'))
  t.true(isLight('#fdf6e3'))
  for (const odd of ['', '?', 'rgb:', 'rgb:ff/ff', 'rgb:gg/00/00', 'red', '#fff0']) t.is(isLight(odd), undefined, odd)
})

test('the answer is taken out of what is typed', async (t) => {
  for (const end of ['\x07', '\x1b\\']) {
    const { receive, keys, answers, fake } = asked()
    t.deepEqual(fake.written, ['\x1b]11;?\x1b\\'])
    await receive(`1\x1b[A\x1b]11;rgb:ffff/ffff/ffff${end}q`)
    t.is(keys(), '1\x1b[Aq')
    t.deepEqual(answers, [true])
  }
})

test('an answer in parts is no keys, wherever it is cut', async (t) => {
  const answer = '\x1b]11;rgb:1111/2222/3333\x1b\\'
  for (let at = 1; at < answer.length; at++) {
    const { receive, keys, answers } = asked()
    await receive(answer.slice(0, at), answer.slice(at), 'x')
    t.deepEqual([keys(), answers], ['x', [false]], `cut at ${at}`)
  }
  const { receive, keys, answers } = asked()
  await receive(...answer)
  t.deepEqual([keys(), answers], ['', [false]])
})

test('a late answer is no keys either', async (t) => {
  const { receive, keys, answers } = asked(false)
  await receive('a', '\x1b]11;rgb:ffff/ffff/ffff\x07', 'b', '\x1b]11;rgb:ff', 'ff/ffff/ffff\x1b', '\\c')
  t.is(keys(), 'abc')
  t.deepEqual(answers, [true, true])
})

test('the rest of an answer is no keys, however late it comes', async (t) => {
  const answer = '\x1b]11;rgb:ffff/ffff/ffff\x1b\\'
  for (const [at, waitMs] of [
    [1, 80],
    [2, 80],
    [4, 80],
    [12, 1100],
    [answer.length - 1, 1100],
  ] as const) {
    const { receive, keys, answers } = asked()
    await receive(answer.slice(0, at))
    await pause(waitMs)
    await receive(answer.slice(at), 'x')
    // an Escape alone is not kept for long
    t.deepEqual([keys().replace('\x1b', ''), answers], ['x', [true]], `cut at ${at}`)
  }
  const { receive, keys, answers } = asked()
  await receive(answer, '\x1b', answer.slice(1, 12), answer.slice(12), '\x1b', ']', 'q')
  t.deepEqual([keys(), answers], ['\x1b\x1b]q', [true, true]], 'asked for or not')
})

test('what is typed after an answer that never ends gets through', async (t) => {
  const { receive, keys } = asked()
  await receive('\x1b]11;rgb:ff')
  await pause(1100)
  await receive('\x03', 'q')
  t.is(keys(), '\x03q')
})

test('Escape and characters of several bytes get through', async (t) => {
  const { receive, keys } = asked()
  await receive('\x1b')
  t.is(keys(), '', 'it may be the beginning of the answer')
  await pause(80)
  t.is(keys(), '\x1b')
  const wide = Buffer.from('日ü')
  await receive(wide.subarray(0, 2), wide.subarray(2), '\x1b[B')
  t.is(keys(), '\x1b日ü\x1b[B')
  const after = asked()
  await after.receive('\x1b]11;rgb:0/0/0\x07', '\x1b')
  t.is(after.keys(), '\x1b', 'at once, once it has answered')
})

test('what only begins like an answer is no answer and holds nothing up', async (t) => {
  const { receive, keys, answers } = asked()
  await receive(`\x1b]11;${'f'.repeat(1100)}`, 'x')
  t.true(keys().endsWith('fx'))
  t.deepEqual(answers, [])
  const odd = asked()
  await odd.receive('\x1b]11;what\x07y')
  t.deepEqual([odd.keys(), odd.answers], ['y', []])
})

test('whoever ends waits for the answer, not for long', async (t) => {
  const none = asked(false)
  await none.background.settled(60_000)
  const soon = asked()
  const settled = soon.background.settled(60_000)
  await soon.receive('\x1b]11;rgb:0/0/0\x07')
  await settled
  await asked().background.settled(1)
  t.pass()
})

test.serial('the terminal reads its keys past the answer', async (t) => {
  const fake = fakeTerminal(20, 3)
  const background = createAnswers(fake, [{ question: LIGHT, hear: () => {} }])
  const terminal = openTerminal({ ...fake, keys: background.keys })
  const names: string[] = []
  terminal.onKey(
    ({ name }) => void names.push(name),
    () => false,
  )
  t.deepEqual(fake.modes.at(-1), true)
  background.ask()
  for (const part of ['1', '\x1b]11;rgb:ffff/ffff', '/ffff\x1b', '\\', '\x1b[A', '\x03']) {
    fake.type(part)
    await turn()
  }
  await turn()
  t.deepEqual(names, ['1', 'up', 'C-c'])
  terminal.restore()
})

const SET = '48;2;1;2;3'

test('a terminal that has set the colour it was told has all of them', (t) => {
  for (const said of ['0;48:2::1:2:3m', '0;48:2:1:2:3m', `${SET}m`, `0;1;${SET};38:5:7m`]) t.true(ALL.read(said), said)
  for (const said of ['', '0m', '0;48:5:16m', '48;2;11;2;3m', '48;2;1;2;30m', '38:2::1:2:3m'])
    t.false(ALL.read(said), said)
  t.true(ALL.ask.includes(`[${SET}m`))
  t.true(ALL.ask.endsWith('\x1b[m'), 'nothing of it stays')
})

test('both are asked, and their answers taken out in parts as they come', async (t) => {
  for (const end of ['\x07', '\x1b\\']) {
    const stream = `1\x1bP1$r0;48:2::1:2:3m${end}\x1b]11;rgb:ffff/ffff/ffff${end}q`
    for (let at = 1; at < stream.length; at++) {
      const all: boolean[] = []
      const { receive, keys, answers, fake } = asked(true, [{ question: ALL, hear: (is) => all.push(is) }])
      t.deepEqual(fake.written, [ALL.ask + LIGHT.ask])
      await receive(stream.slice(0, at), stream.slice(at))
      t.deepEqual([keys(), all, answers], ['1q', [true], [true]], `cut at ${at}`)
    }
  }
})

test('an answer that says nothing, however long, is no keys', async (t) => {
  const { receive, keys, answers } = asked()
  await receive(`\x1b]11;${'x'.repeat(300)}`, `${'/'.repeat(300)}\x1b`, '\\q')
  t.deepEqual([keys(), answers], ['q', []])
  await receive('\x1b]11;none\x1b\\\x1b]11;neither\x07q')
  t.deepEqual([keys(), answers], ['qq', []])
})

test('who answers the last question has answered the others, or will not', async (t) => {
  const { receive, keys, background } = asked(true, [{ question: ALL, hear: () => t.fail() }])
  await receive('\x1b]11;rgb:0/0/0\x07')
  await background.settled(60_000)
  await receive('\x1b')
  t.is(keys(), '\x1b', 'no answer begins so any more')
})

test('the first answer is no keys either when it comes in parts after the last one', async (t) => {
  const late = '\x1bP1$r0;48:2::1:2:3m\x1b\\'
  for (let at = 2; at < late.length; at++) {
    const all: boolean[] = []
    const { receive, keys, answers, background } = asked(true, [{ question: ALL, hear: (has) => all.push(has) }])
    await receive('\x1b]11;rgb:ffff/ffff/ffff\x07')
    await background.settled(60_000)
    await receive(late.slice(0, at), late.slice(at), 'x')
    t.deepEqual([keys(), answers, all], ['x', [true], [true]], `cut at ${at}`)
  }
})
