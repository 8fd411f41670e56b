// The steps of density in a heat map: which of them a count is.

/** So many steps from one to the count that the strongest stands for, equal ones being equal factors. */
export interface Steps {
  steps: number
  perLog: number
  /** Most cells have few: of these the steps are known. */
  few: Uint8Array
}

export const stepsTo = (steps: number, top: number): Steps => {
  const key = `${steps} ${top}`
  let known = knownSteps.get(key)
  if (!known) {
    known = { steps, perLog: (steps - 1) / Math.log(Math.max(2, top)), few: new Uint8Array(FEW) }
    for (let count = 1; count < FEW; count++) known.few[count] = stepAt(count, known)
    knownSteps.set(key, known)
  }
  return known
}

const stepAt = (count: number, { steps, perLog }: Steps): number =>
  Math.min(steps - 1, Math.floor(Math.log(count) * perLog + 1e-9))

export const stepOf = (count: number, steps: Steps): number => (count < FEW ? steps.few[count]! : stepAt(count, steps))

const FEW = 256
/** The top is a power of four. */
const knownSteps = new Map<string, Steps>()
