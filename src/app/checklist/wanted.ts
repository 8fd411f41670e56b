// Which step a checklist is at, and which probes it wants: asked by the state, so nothing here knows that.
import type { ProbeId } from '../../stream/probe-ids.ts'
import { checklistOf } from './steps.ts'
import type { Step, Run } from '../checklist-types.ts'

export const currentStep = ({ which, results }: Run): Step | undefined => checklistOf(which).steps[results.length]

/** What has to run: all that is cheap, and of scripts those of this step and the next, which takes a while to start. */
export const checklistProbes = (run: Run | undefined): ProbeId[] => {
  if (!run || !currentStep(run)) return []
  const { steps } = checklistOf(run.which)
  const near = steps.slice(run.results.length, run.results.length + 2)
  const own = steps.flatMap(({ probes }) => probes).filter((probe) => probe !== 'execsnoop')
  const scripts = near.flatMap(({ script }) => (script === undefined ? [] : (run.scripts[script] ?? [])))
  return [...new Set([...own, ...near.flatMap(({ probes }) => probes), ...scripts])] as ProbeId[]
}
