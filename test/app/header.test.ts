// The line that says which instant is shown: of a recording how far one is in it, frozen how long ago it was.
import test from 'ava'
import { SPEEDS, type Playback } from '../../src/stream/playback.ts'
import { fakeScreen } from '../helpers/screen.ts'
import { fakeStream, START_MS } from '../helpers/stream.ts'

/** A recording of an hour, of which two minutes are in the store. */
const played = (playback: Partial<Playback> | undefined, state: object = {}): string => {
  const screen = fakeScreen({ ticks: 120, width: 200, initial: { replay: true } })
  screen.state = { ...screen.state, replay: true, player: { times: 1 }, ...state }
  screen.context = {
    ...screen.context,
    ...(playback && {
      playback: { fromMs: START_MS + 1000, toMs: START_MS + 3_601_000, progress: 1, ended: false, ...playback },
    }),
  }
  return screen.text().split('\n')[1]!
}

test('how far in how much, how fast, and what is still read', (t) => {
  t.regex(played({}), /^ {2}REPLAY {2}2026-01-15 12:02:00 {2}1m59 of 1h00 {3}/)
  t.regex(played({}, { player: { times: SPEEDS[2] } }), / 1m59 of 1h00 {2}5x {3}/)
  t.regex(played({ progress: 0.569 }), / 1h00 {2}reading 56% {3}/)
  t.regex(played({ seekingMs: START_MS + 61_000 }), / 1h00 {2}going to 1m00 {3}/)
  t.regex(played(undefined, { player: { times: 2 } }), / 12:02:00 {2}2x {3}/)
})

test('the end is said where it is shown, and not before', (t) => {
  const toMs = START_MS + 120_000
  t.regex(played({ toMs, ended: true }), / 1m59 of 1m59 {2}end {3}/)
  t.notRegex(played({ toMs }), / end /)
  t.notRegex(played({ ended: true }), / end /)
})

test('the clock is that of where one sits, east or west of Greenwich', (t) => {
  const line = (hours: number): string => {
    const screen = fakeScreen({ ticks: 120, width: 200, initial: { replay: true } })
    screen.context = { ...screen.context, zoneMs: () => hours * 3_600_000 }
    return screen.text().split('\n')[1]!
  }
  t.regex(line(2), / 2026-01-15 14:02:00 /)
  t.regex(line(-13), / 2026-01-14 23:02:00 /)
})

test('paused it is at its cursor', (t) => {
  t.regex(played({}, { instantMs: START_MS + 31_000 }), /^ {2}PAUSED {2}2026-01-15 12:00:31 {2}30s of 1h00 {3}/)
  t.regex(played({}, { instantMs: START_MS }), / 0\.0s of 1h00 /)
})

test('frozen: how long ago, and how many intervals back, if any', (t) => {
  const screen = fakeScreen({ ticks: 5, width: 200 })
  const line = (): string => screen.text().split('\n')[1]!
  t.regex(line(), /^ {2}LIVE {2}12:00:05/)
  screen.press('space')
  t.regex(line(), /^ {2}FROZEN {2}12:00:05 {2}0\.3s ago {3}/)
  screen.press('[')
  t.regex(line(), / 12:00:04 {2}1\.3s ago, 1 interval back /)
  screen.press('[')
  t.regex(line(), / 12:00:03 {2}2\.3s ago, 2 intervals back /)
})

test('a clock that was set within a minute: which way, and by how much', (t) => {
  const line = (stepMs: number, ticks = 5): string => {
    const messages = fakeStream({ ticks }).map((message) =>
      message.type === 'host'
        ? { ...message, wallMs: message.atMs + (message.atMs > START_MS + 2000 ? stepMs : 0) }
        : message,
    )
    return fakeScreen({ ticks, width: 200, messages }).text().split('\n')[1]!
  }
  t.regex(line(30_000), /  every 1s {2}clock set ahead 30s  /)
  t.regex(line(-30_000), /  every 1s {2}clock set back 30s  /)
  t.regex(line(500), / clock set ahead 0\.5s /)
  t.notRegex(line(499), /clock/)
  t.notRegex(line(30_000, 63), /clock/, 'longer ago')
})
