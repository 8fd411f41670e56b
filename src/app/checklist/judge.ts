// What comes of a step: its rules asked, as the verdict asks its own, and one line made of what they say.
import type { View } from '../../model/view.ts'
import { checkRule, limitsText, worstText, type Check } from '../verdict/verdict.ts'
import type { Thresholds } from '../rule.ts'
import type { Result, Step } from '../checklist-types.ts'

interface JudgeOptions {
  thresholds?: Thresholds
  /** By name of a script: what its probe is called; absent: it is not there. */
  scripts: Readonly<Record<string, string>>
}

export const judge = (step: Step, { whole: view }: View, { thresholds = {}, scripts }: JudgeOptions): Result => {
  const own = step.script === undefined ? undefined : scripts[step.script]
  const to = own === undefined ? step.to : { ...step.to, panel: own }
  const figures = step.figures?.(view)
  const result = { step: step.id, command: step.command, to, ...(figures ? { figures } : {}) }
  if (step.script !== undefined && own === undefined)
    return { ...result, is: 'blind', sentence: `cannot tell: the script ${step.script} is not here` }
  const checks = step.rules.map((rule) =>
    checkRule(
      { ...rule, ...(own === undefined ? {} : { probe: own as typeof rule.probe }), ...thresholds[rule.id] },
      view,
      true,
    ),
  )
  const findings = checks
    .flatMap((each) => (each.is === 'found' ? each.findings : []))
    .sort((a, b) => b.weight - a.weight)
  const [worst] = findings
  if (worst) {
    const more = findings.length > 1 ? `, and ${findings.length - 1} more` : ''
    return {
      ...result,
      is: 'look',
      ...(worst.role === 'bad' ? { isBad: true } : {}),
      sentence: `${worst.sentence}${more} (${limitsText(worst.rule)})`,
      to: worst.to,
    }
  }
  const told = checks.filter((each) => each.is === 'fine')
  const blind = checks.filter((each) => each.is === 'blind')
  const why = blind.map(({ rule, why }) => `${rule.looksAt}: ${why}`).join('; ')
  if (told.length === 0) return { ...result, is: 'blind', sentence: `cannot tell: ${why}` }
  return {
    ...result,
    is: 'fine',
    sentence: `${told.map(fineText).join('; ')}${why === '' ? '' : `; cannot tell ${why}`}`,
  }
}

const fineText = (check: Extract<Check, { is: 'fine' }>): string =>
  `${check.rule.looksAt} ${worstText(check)} (${limitsText(check.rule).replace(/ over .*/, '')})`
