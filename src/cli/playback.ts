// Recordings to open: the one asked for, and the bundled one where this machine cannot be probed.
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { sanitize } from '../app/width.ts'
import { BUILD, ROOT } from '../paths.ts'
import { RecordingError, readHello, replay, type Replay, type ReplayOptions } from '../source/recording.ts'

export interface Playable {
  source: Replay
  banner(): string
  /** Calls back once the recording has come to its end. */
  onEnd(listener: () => void): void
}

const DEMO = 'demo.ndjson.gz'

export const openReplay = async (
  path: string,
  pace: ReplayOptions['pace'],
): Promise<Playable | { problem: string }> => {
  try {
    return await playable(path, { pace }, (ended) => `REPLAY — ${sanitize(basename(path))}${ended ? ' — end' : ''}`)
  } catch (error) {
    if (error instanceof RecordingError) return { problem: error.message }
    throw error
  }
}

/** Plays over and over. undefined when it is not there (an unfinished build). */
export const openDemo = async ({ why, mend }: { why: string; mend: string }): Promise<Playable | undefined> => {
  const path = [join(BUILD, DEMO), join(ROOT, 'src/cli', DEMO)].find(existsSync)
  if (path === undefined) return undefined
  try {
    // The banner is one line, and the mend must still be on it: the cause in parentheses is for --check.
    const cause = sanitize(why.replace(/ \([^()]*\)$/, ''))
    return await playable(path, { pace: 'recorded', loop: true }, () => `REPLAY — ${cause} — ${sanitize(mend)}`)
  } catch (error) {
    if (error instanceof RecordingError) return undefined
    throw error
  }
}

const playable = async (
  path: string,
  options: ReplayOptions,
  bannerOf: (ended: boolean) => string,
): Promise<Playable> => {
  const hello = await readHello(path)
  let ended = false
  let listener = (): void => {}
  const onEnd = (): void => {
    ended = true
    listener()
  }
  return {
    source: replay(path, hello, { ...options, onEnd }),
    banner: () => bannerOf(ended),
    onEnd: (newListener) => {
      listener = newListener
      if (ended) newListener()
    },
  }
}
