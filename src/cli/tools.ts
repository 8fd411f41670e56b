// Tools of bcc given by name: known ones that are on this machine. Which program that is, the engine finds by itself.
import { findTool } from '../engine/tools/find-tool.ts'
import { refusedScript } from '../app/library.ts'
import type { LibraryScript } from '../app/state-types.ts'
import { nearestWord } from '../app/nearest.ts'
import { PACKAGES, planOfTool, TOOL_NAMES, toolNamed } from '../model/tools/tools.ts'
import { scriptPlan, type ScriptPlan } from '../stream/script.ts'
import type { GivenTool } from './options.ts'

/** `isMissing`: nothing is wrong with the command line. */
type ReadTools = { plans: ScriptPlan[] } | { problem: string; isMissing: boolean }

/** `taken`: names of probes and panels there are. */
export const readTools = (given: readonly GivenTool[], taken: readonly string[], find = findTool): ReadTools => {
  const plans: ScriptPlan[] = []
  for (const { name, args } of given) {
    const quoted = JSON.stringify(name.slice(0, 60))
    const problem = (text: string, isMissing = false): ReadTools => ({
      problem: `--tool ${quoted}: ${text}`,
      isMissing,
    })
    if (!toolNamed(name)) return problem(`no tool of bcc that probetop knows${likeIt(name)}`)
    const names = new Set([...taken, ...plans.map(({ id }) => id)])
    const plan = planOfTool({ name, args, taken: (id) => names.has(id) })
    const wrong = scriptPlan(plan)
    if (wrong) return problem(`its arguments are too many or too long (${wrong})`)
    const found = find(name)
    if (!found) return problem(`it is not installed: apt-get install ${PACKAGES}`, true)
    if ('problem' in found) return problem(`it is not run: ${found.problem}, and it would run as root`, true)
    plans.push(plan)
  }
  return { plans }
}

const likeIt = (name: string): string => {
  const near = nearestWord(name, TOOL_NAMES)
  return near === undefined ? '' : `; did you mean ${near}?`
}

/** Those that are here, for the list of panels. */
export const toolLibrary = (find = findTool): LibraryScript[] =>
  TOOL_NAMES.flatMap((name): LibraryScript[] => {
    const found = find(name)
    if (!found) return []
    if ('problem' in found)
      return [{ ...refusedScript(name, `${found.problem}, and it would run as root`), tool: name }]
    const { question, text, howToRead } = planOfTool({ name, args: [], taken: () => false })
    return [{ name, title: `${name} (bcc)`, question, text, howToRead, hooks: [], tool: name }]
  })
