// Recordings to open: the one asked for, and the bundled one where this machine cannot be probed.
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { sanitize } from '../stream/harmless.ts'
import { BUILD, ROOT } from '../paths.ts'
import { createPlayer, type Player } from '../source/player.ts'
import { openAny, openRecording, replay, type Opened, type Recording } from '../source/recording.ts'
import { STDIN, RecordingError } from '../source/recording-file.ts'
import type { Source } from '../stream/stream-types.ts'

/** For a screen. */
export interface Playable {
  player: Player
  banner(): string
}

/** For batch output. */
interface Readable {
  source: Source
  /** Calls back once the recording has come to its end. */
  onEnd(listener: () => void): void
}

type Problem = { problem: string; exitCode: number }

const DEMO = 'demo.ndjson.gz'

export const openReplay = async (path: string): Promise<Opened | Problem> => {
  try {
    return await openAny(path)
  } catch (error) {
    if (error instanceof RecordingError) return { problem: error.message, exitCode: error.exitCode }
    throw error
  }
}

export const nameOf = (path: string): string => (path === STDIN ? 'standard input' : sanitize(basename(path)))

export const playable = (path: string, recording: Recording): Playable => ({
  player: createPlayer(recording),
  banner: () => `REPLAY — ${nameOf(path)}`,
})

export const readable = (recording: Recording): Readable => {
  let ended = false
  let listener = (): void => {}
  return {
    source: replay(recording, () => {
      ended = true
      listener()
    }),
    onEnd: (newListener) => {
      listener = newListener
      if (ended) newListener()
    },
  }
}

/** Plays over and over. undefined when it is not there (an unfinished build). */
export const openDemo = async ({ why, hint }: { why: string; hint: string }): Promise<Playable | undefined> => {
  const path = [join(BUILD, DEMO), join(ROOT, 'src/cli', DEMO)].find(existsSync)
  if (path === undefined) return undefined
  try {
    const player = createPlayer(await openRecording(path), { loop: true })
    // The banner is one line, and the hint must still be on it: the cause in parentheses is for --check.
    const cause = sanitize(why.replace(/ \([^()]*\)$/, ''))
    return { player, banner: () => `REPLAY — ${cause} — ${sanitize(hint)}` }
  } catch (error) {
    if (error instanceof RecordingError) return undefined
    throw error
  }
}
