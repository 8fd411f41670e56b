// A screen without a terminal: a store filled with a made-up stream, a state driven by keys, frames as text.
import type { Action } from '../../src/app/actions.ts'
import { actionFor } from '../../src/app/keys/keymap.ts'
import { frame } from '../../src/app/draw/frame.ts'
import { initialState, type InitialOptions } from '../../src/app/state.ts'
import type { AppState } from '../../src/app/state-types.ts'
import { frameText } from '../../src/app/text.ts'
import { update } from '../../src/app/update.ts'
import type { Effect, Frame, FrameContext, Key } from '../../src/app/app-types.ts'
import { createStore, type Store } from '../../src/model/store.ts'
import type { Message } from '../../src/stream/stream-types.ts'
import { endMs, fakeStream, type FakeOptions } from './stream.ts'
import { wordless } from './wordless.ts'

export interface FakeScreen {
  store: Store
  state: AppState
  context: FrameContext
  effects: Effect[]
  /** Presses keys by name: `down`, `/`, `C-c`. */
  press(...names: string[]): void
  type(text: string): void
  act(action: Action): void
  receive(...messages: Message[]): void
  text(): string
  /** What golden files compare: without the words that stand in nearly all of them. */
  drawn(): Frame
  /** Its text. */
  picture(): string
}

export interface ScreenOptions extends FakeOptions {
  width?: number
  height?: number
  unicode?: boolean
  colour?: boolean
  shades?: boolean
  initial?: InitialOptions
  messages?: readonly Message[]
}

export const fakeScreen = (options: ScreenOptions = {}): FakeScreen => {
  const { width = 120, height = 36, unicode = true, colour = true, shades = false } = options
  const store = createStore()
  for (const message of options.messages ?? fakeStream(options)) store.add(message)
  const screen: FakeScreen = {
    store,
    state: initialState({ width, height, specs: store.specs(), ...options.initial }),
    context: {
      width,
      height,
      nowMs: endMs(options) + 300,
      unicode,
      colour,
      shades,
      cost: { cpuPercent: 1.4, memoryBytes: 118e6 },
    },
    effects: [],
    press: (...names) => {
      for (const name of names) pressed(screen, keyOf(name))
    },
    act: (action) => acted(screen, action),
    type: (text) => {
      for (const ch of text) pressed(screen, keyOf(ch))
    },
    receive: (...messages) => {
      for (const message of messages) store.add(message)
    },
    text: () => frameText(frame(screen.state, store, screen.context).grid),
    drawn: () => wordless(screen),
    picture: () => frameText(screen.drawn().grid),
  }
  return screen
}

export const keyOf = (name: string): Key =>
  name === ' ' || name === 'space' ? { name: 'space', ch: ' ' } : [...name].length === 1 ? { name, ch: name } : { name }

const pressed = (screen: FakeScreen, key: Key): void => {
  const action = actionFor(screen.state, key)
  if (action) acted(screen, action)
}

const acted = (screen: FakeScreen, action: Action): void => {
  const { state, effects } = update(screen.state, action, screen.store)
  for (const effect of effects) if (effect.effect === 'hold') screen.store.hold(effect.instants)
  screen.state = state
  screen.effects.push(...effects)
}
