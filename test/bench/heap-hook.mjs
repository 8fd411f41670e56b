// Loaded into the screen's process by the bench alone (node --expose-gc --import): at SIGUSR2 it collects all garbage and
// writes what is left into the file that is named by PROBETOP_HEAP.
import { writeFileSync, renameSync } from 'node:fs'

const file = process.env['PROBETOP_HEAP'] ?? ''

process.on('SIGUSR2', () => {
  // twice: what the first one finds only weakly held goes with the second
  for (let i = 0; i < 2; i++) globalThis.gc?.()
  writeFileSync(`${file}.new`, JSON.stringify(process.memoryUsage()))
  renameSync(`${file}.new`, file)
})
