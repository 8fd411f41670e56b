// Between the pure centre and the outside: keeps state and store, hands actions to update(), carries out the effects
// that come back, and draws. What it cannot do itself (end, suspend) it passes on.
import type { Action } from '../app/actions.ts'
import { frame } from '../app/draw/frame.ts'
import type { Settings } from '../app/kept.ts'
import { actionFor } from '../app/keys/keymap.ts'
import { snapshotData } from '../app/draw/snapshot.ts'
import { stacksExport } from '../app/stacks/export.ts'
import { kindOf } from '../app/pages/registry.ts'
import { viewIn } from '../app/state.ts'
import type { AppState } from '../app/state-types.ts'
import { frameText } from '../app/text.ts'
import type { Effect, Frame, FrameContext, Hit } from '../app/app-types.ts'
import { update } from '../app/update.ts'
import { hasPatterns, readPatterns } from '../model/pattern.ts'
import type { Store } from '../model/store.ts'
import { wallMs } from '../model/wall.ts'
import type { Player } from '../source/player.ts'
import type { LogMessage, Message, Source } from '../stream/stream-types.ts'
import { createCharts } from './charts.ts'
import type { Cost } from './own-cost.ts'
import { ALL_COLOURS } from './colours.ts'
import { suitingTheme, type Environment } from './environment.ts'
import { writeExport } from './export.ts'
import { keepScript } from './keep-script.ts'
import type { Key } from './key-events.ts'
import type { MouseEvent } from './mouse.ts'
import { createPacer } from './pacer.ts'
import { createPlaying } from './playing.ts'
import { writeSnapshot } from './snapshot.ts'
import type { Terminal } from './terminal.ts'
import { attributesOf, type ThemeLibrary } from './theme.ts'

interface ControllerOptions {
  source: Source
  store: Store
  terminal: Terminal
  state: AppState
  environment: Environment
  themes: ThemeLibrary
  nowMs(): number
  banner?(): string | undefined
  player?: Player
  /** Writes the user's configuration; gives the words for what went where. */
  keepSettings?(settings: Settings): Promise<string[]>
  quit(): void
  suspend(): void
  /** Something worth repeating when the screen has gone. */
  report(line: string): void
}

interface Controller {
  add(message: Message): void
  /** Those added are all there are for now. */
  drained(): void
  press(key: Key): void
  point(event: MouseEvent): void
  isTyping(): boolean
  /** The terminal has said whether its background is light. */
  ground(isLight: boolean): void
  /** It has said that it has all colours. */
  allColours(): void
  /** The terminal has (perhaps) another size, or must be drawn anew. */
  resized(): void
  setCost(cost: Cost): void
  draw(): void
  /** How long ago the last frame was drawn. */
  sinceFrameMs(): number
  /** Resolves when nothing is being written any more. */
  stop(): Promise<void>
}

const WHEEL_ROWS = 3

export const createController = (options: ControllerOptions): Controller => {
  const { source, store, terminal, environment, themes } = options
  let { state } = options
  let { colours } = environment
  let attributes = attributesOf(themes.load(state.theme), colours)
  let cost: Cost | undefined
  let drawn: Frame | undefined
  /** What the button of the mouse is held on, as it was when it was pressed. */
  let held: (Hit & { lastX: number }) | undefined
  let snapshots = Promise.resolve()
  const pacer = createPacer(() => draw())
  const charts = environment.unicode && environment.colours > 0 ? createCharts(() => pacer.soon()) : undefined
  charts?.theme(attributes)

  const playing = options.player && createPlaying(options.player, store, (action: Action) => act(action))

  const context = (): FrameContext => ({
    width: terminal.width(),
    height: terminal.height(),
    nowMs: options.nowMs(),
    unicode: environment.unicode,
    colour: environment.colours > 0,
    shades: environment.colours >= 256,
    cost,
    zoneMs: (wallMs) => -new Date(wallMs).getTimezoneOffset() * 60_000,
    playback: options.player?.playback(),
    banner: options.banner?.(),
  })

  const draw = (): void => {
    if (kindOf(state).isSearch && state.filter.text !== '' && !hasPatterns())
      void readPatterns().then(() => pacer.soon())
    drawn = frame(state, store, context())
    terminal.draw(drawn, attributes, charts)
  }

  const act = (action: Action): void => {
    const updated = update(state, action, store)
    state = updated.state
    for (const effect of updated.effects) perform(effect)
    pacer.now()
  }

  const perform = (effect: Effect): void => {
    switch (effect.effect) {
      case 'send':
        return source.send(effect.command)
      case 'hold':
        return store.hold(effect.instants)
      case 'snapshot':
        return void (snapshots = snapshots.then(snapshot))
      case 'export':
        return void (snapshots = snapshots.then(exportStacks))
      case 'keepScript':
        return void (snapshots = snapshots.then(() => writing('script', () => keepScript(effect.name, effect.text))))
      case 'keepSettings':
        return void (snapshots = snapshots.then(() => writing('settings', () => keepSettings(effect.settings))))
      case 'theme':
        return setTheme(effect.name)
      case 'mouse':
        return terminal.mouse(effect.on)
      case 'suspend':
        return options.suspend()
      case 'redraw':
        return terminal.forget()
      case 'quit':
        return options.quit()
      case 'pause':
      case 'play':
      case 'speed':
      case 'seek':
        return playing?.(effect)
    }
  }

  const snapshot = (): Promise<void> =>
    writing('snapshot', () => {
      const now = context()
      const text = frameText(frame(state, store, now).grid)
      return writeSnapshot(
        { host: hostName(), atMs: wallMs(store, now.nowMs), data: snapshotData(state, store, now), text },
        process.env,
      )
    })

  const exportStacks = (): Promise<void> =>
    writing('export', () => {
      const stacks = stacksExport(state, viewIn(state, store))
      if (!stacks) throw new Error('there are no stacks on the screen')
      return writeExport(
        stacks,
        { host: hostName(), atMs: wallMs(store, context().nowMs), version: store.hello()?.version ?? '' },
        process.env,
      )
    })

  const keepSettings = async (settings: Settings): Promise<string[]> => {
    if (!options.keepSettings) throw new Error('there is no configuration to write them to')
    return options.keepSettings(settings)
  }

  const hostName = (): string => store.hello()?.host ?? 'unknown'

  const writing = async (what: string, write: () => Promise<string[]>): Promise<void> => {
    try {
      const paths = await write()
      options.report(`${what} in ${paths.join(' and ')}`)
      act({ do: 'notice', text: `${what} in ${paths[0]}`, role: 'good' })
    } catch (error) {
      options.report(`no ${what}: ${(error as Error).message}`)
      act({ do: 'notice', text: `no ${what}: ${(error as Error).message}`, role: 'bad' })
    }
  }

  // A recording runs at its own interval, which is never exact.
  const followInterval = (ms: number): void => {
    const rounded = Math.max(100, Math.round(ms / 100) * 100)
    if (Math.abs(rounded / state.intervalMs - 1) > 0.15) act({ do: 'intervalIs', ms: rounded })
  }

  /** What the engine and the recording warn of is said when it happens. */
  const saying = ({ level, text }: LogMessage): void => {
    if (level === 'info' || state.replay) return
    state = update(state, { do: 'notice', text, role: level === 'error' ? 'bad' : 'warn' }, store).state
  }

  const dragTo = (x: number): void => {
    if (!held?.drag || x === held.lastX) return
    held.lastX = x
    act(held.drag(Math.min(held.width - 1, Math.max(0, x - held.x))))
  }

  const setTheme = (name: string): void => {
    try {
      attributes = attributesOf(themes.load(name), colours)
      charts?.theme(attributes)
    } catch (error) {
      act({ do: 'notice', text: (error as Error).message, role: 'bad' })
    }
  }

  return {
    add: (message) => {
      // A recording that is played over and over begins anew
      if (message.type === 'hello' && state.player) store.rewind(message.atMs - 1)
      store.add(message)
      if (message.type === 'log') saying(message)
      if (message.type === 'probe') act({ do: 'described' })
      if (message.type === 'host' && kindOf(state).pass) act({ do: 'passed', atMs: message.atMs })
      if (message.type === 'host' && state.replay) followInterval(message.intervalMs)
      pacer.soon()
    },
    drained: pacer.whole,
    press: (key) => {
      const action = actionFor(state, key)
      if (action) act(action)
    },
    point: ({ is, x, y }) => {
      if (is === 'release') return void (held = undefined)
      if (is === 'drag') return dragTo(x)
      const under = drawn?.hits?.findLast(
        (each) => x >= each.x && x < each.x + each.width && y >= each.y && y < each.y + each.height,
      )
      if (is === 'press') {
        if (!under) return
        held = under.drag && { ...under, lastX: x }
        return act(under.at?.(x - under.x, y - under.y) ?? under.action)
      }
      if (under && 'panel' in under.action && under.action.do !== 'open')
        act({ do: 'focus', panel: under.action.panel })
      for (let i = 0; i < WHEEL_ROWS; i++) act({ do: 'move', by: is })
    },
    ground: (isLight) => {
      const suiting = suitingTheme({ ...environment, light: isLight })
      if (suiting !== state.theme) act({ do: 'suits', theme: suiting })
    },
    allColours: () => {
      colours = ALL_COLOURS
      setTheme(state.theme)
      pacer.soon()
    },
    isTyping: () => drawn?.cursor !== undefined,
    resized: () => act({ do: 'resize', width: terminal.width(), height: terminal.height() }),
    setCost: (newCost) => {
      cost = newCost
    },
    draw,
    sinceFrameMs: pacer.sinceMs,
    stop: async () => {
      pacer.stop()
      await snapshots
    },
  }
}
