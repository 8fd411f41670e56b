// What the verdict and the checklists go by, as a whole: a threshold that was changed is seen here.
import test from 'ava'
import { ALL_RULES } from '../../src/app/checklist/rules.ts'
import { CHECKLISTS } from '../../src/app/checklist/steps.ts'
import { goldenValue } from '../helpers/golden.ts'

test('figures, thresholds and times of all rules', (t) => {
  goldenValue(
    t,
    'rules',
    ALL_RULES.map((rule) => ({ ...rule, looksAt: undefined })),
  )
})

test('steps of the checklists: where they lead, for how long, and by which rules', (t) => {
  goldenValue(
    t,
    'steps',
    CHECKLISTS.map(({ id, steps }) => ({
      id,
      steps: steps.map((step) => ({
        ...step,
        question: undefined,
        rules: step.rules.map(({ id: rule, warn, bad, overMs }) => [rule, warn, bad, overMs]),
      })),
    })),
  )
})
