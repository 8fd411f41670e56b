// Moving in a recording: what the store has is shown at once; for the rest the player reads what is around it, and the
// store begins anew with that.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { bisectLeft } from 'd3-array'
import type { Action } from '../app/actions.ts'
import type { Effect } from '../app/app-types.ts'
import type { Store } from '../model/store.ts'
import type { Player } from '../source/player.ts'
import type { Seek } from '../stream/playback.ts'

/** So many intervals before the one shown are wanted for its charts. */
const PAST_TICKS = 120
const TURN_MS = 50

type PlayingEffect = Extract<Effect, { effect: 'pause' | 'play' | 'speed' | 'seek' }>

/** Carries out what a screen asks of the player of its recording. */
export const createPlaying = (player: Player, store: Store, act: (action: Action) => void) => {
  /** Where one is on the way to: the next step is from there. */
  let pendingMs: number | undefined

  const isKept = (atMs: number): boolean => {
    const ticks = store.ticks()
    const at = bisectLeft(ticks, atMs)
    if (ticks.length === 0 || at >= ticks.length) return false
    return at >= PAST_TICKS || player.target(ticks[0]!, { ticks: -3 }) === player.playback().fromMs
  }

  const seek = async (shownMs: number, by: Seek): Promise<void> => {
    const fromMs = pendingMs ?? shownMs
    const atMs = player.target(fromMs, by)
    if (atMs === undefined) return act({ do: 'notice', text: 'the file is still being read', role: 'warn' })
    if (atMs === fromMs) return act({ do: 'notice', text: wallText(by), role: 'warn' })
    if (pendingMs === undefined && isKept(atMs)) {
      player.pause()
      return act({ do: 'at', atMs })
    }
    pendingMs = atMs
    try {
      const window = await player.around(atMs)
      if (!window) return
      store.rewind(-Infinity)
      let turnAt = performance.now() + TURN_MS
      for (const message of window.messages) {
        store.add(message)
        if (performance.now() < turnAt) continue
        // Keys and signals are heard meanwhile; another jump takes over
        await nextTurn()
        if (pendingMs !== atMs) return
        turnAt = performance.now() + TURN_MS
      }
      // a probe may have said anew what it has, on the way
      act({ do: 'described' })
      act({ do: 'at', atMs })
    } catch (error) {
      act({ do: 'notice', text: (error as Error).message, role: 'bad' })
    } finally {
      if (pendingMs === atMs) pendingMs = undefined
    }
  }

  const wallText = (by: Seek): string => {
    const isBack = by === 'first' || (by !== 'last' && ('ticks' in by ? by.ticks : by.ms) < 0)
    return isBack
      ? 'this is the beginning of the recording'
      : player.playback().progress < 1
        ? 'the rest of the file is still being read'
        : 'this is the end of the recording'
  }

  return (effect: PlayingEffect): void => {
    switch (effect.effect) {
      case 'pause':
        return player.pause()
      case 'play':
        if (effect.afterMs !== undefined) store.rewind(effect.afterMs)
        return player.play(effect.afterMs)
      case 'speed':
        return player.speed(effect.times)
      case 'seek':
        return void seek(effect.fromMs, effect.by)
    }
  }
}
