// A checklist without a screen: the same steps, gone through by the stream's own instants; then one page as text or as one
// object of JSON. Exit code 0, or 1 where something wants a look.
import { checklistOf } from '../app/checklist/steps.ts'
import { reportLines } from '../app/checklist/page.ts'
import { startChecklist } from '../app/checklist/progress.ts'
import type { AppState } from '../app/state-types.ts'
import { currentStep } from '../app/checklist/wanted.ts'
import type { ChecklistId, Run } from '../app/checklist-types.ts'
import { wantedCommands } from '../app/probes/wanted.ts'
import { update } from '../app/update.ts'
import { createStore } from '../model/store.ts'
import { viewOf } from '../model/view.ts'
import { onEnd } from '../screen/signals.ts'
import type { Source } from '../stream/stream-types.ts'
import type { Output } from './output.ts'

export interface ChecklistOptions {
  source: Source
  state: AppState
  which: ChecklistId
  as: 'text' | 'json'
  output: Output
  /** Said on stderr as each step ends. */
  say(line: string): void
}

/** Resolves to the exit code. */
export const runChecklist = async ({
  source,
  state: before,
  which,
  as,
  output,
  say,
}: ChecklistOptions): Promise<number> => {
  const store = createStore()
  let state = before
  let told = 0
  let end: (exitCode: number) => void = () => {}
  const ended = new Promise<number>((resolve) => (end = resolve))
  onEnd((exitCode) => end(exitCode))
  const runOf = (): Run | undefined => (state.page.is === 'checklist' ? state.page.run : undefined)

  source.start((message) => {
    store.add(message)
    if (message.type === 'probe') state = update(state, { do: 'described' }, store).state
    if (message.type !== 'host') return
    const updated = update(state, { do: 'passed', atMs: message.atMs }, store)
    state = updated.state
    for (const effect of updated.effects) {
      if (effect.effect === 'send') source.send(effect.command)
    }
    const run = runOf()!
    for (; told < run.results.length; told++) {
      const { command, is, sentence } = run.results[told]!
      say(`${told + 1} of ${checklistOf(which).steps.length} ${command}: ${is === 'look' ? 'look: ' : ''}${sentence}`)
    }
    if (!currentStep(run)) end(run.results.some(({ is }) => is === 'look') ? 1 : 0)
  })
  state = startChecklist(state, which, viewOf(store))
  for (const command of wantedCommands(state)) source.send(command)
  const exitCode = await ended
  const run = runOf()
  if (run && !currentStep(run)) {
    const host = store.hello()?.host ?? ''
    output.write(
      as === 'json'
        ? `${JSON.stringify({ checklist: which, host, kernel: store.hello()?.kernel, exitCode, results: run.results })}\n`
        : `${reportLines(which, run.results).join('\n')}\n`,
    )
  }
  await source.stop()
  await output.close()
  return exitCode
}
