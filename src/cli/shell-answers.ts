// What is printed in place of running: versions, the manual, completion for a shell.
import { ABOUT, createCommand, EXAMPLES, EXIT_STATUS } from './command-line.ts'
import type { Parsed } from './options.ts'
import { completionFor } from './shell/completion.ts'
import { manualPage } from './shell/manual.ts'
import { optionsOf } from './shell/options.ts'
import { ownVersion, versions } from './versions.ts'

export const textOf = (prints: Extract<Parsed, { prints: unknown }>['prints']): string => {
  if (prints.is === 'version') return versions()
  const options = optionsOf(createCommand())
  return prints.is === 'completion'
    ? completionFor(prints.for, options)
    : manualPage({ version: ownVersion(), about: ABOUT, options, examples: EXAMPLES, exitStatus: EXIT_STATUS })
}
