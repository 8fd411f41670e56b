// Runs one area in a process of its own, so that one that never ends can be ended: arguments are area, seed, rounds, first.
import { AREAS } from './areas.ts'
import { runArea } from './run.ts'

const [name, seed, rounds, first] = process.argv.slice(2)
const area = AREAS.find((one) => one.name === name)!
const report = await runArea(area, {
  seed: Number(seed),
  rounds: Number(rounds),
  first: Number(first),
  onRound: (round) => process.send!({ round }),
})
process.send!({ report }, () => process.exit())
