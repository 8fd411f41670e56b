// Frames as the program itself draws them: bundled as it is, and with its settings of V8. Run from its sources every closure
// is named anew, which is a good part of the time.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { BUILD, ROOT } from '../../src/paths.ts'
import { budgetFlags, SCREEN_FLAGS } from '../../src/source/v8-flags.ts'
import type { Figure } from './figures.ts'

export const framesApart = (rounds: number, quick: boolean): Figure[] => {
  const outfile = join(BUILD, 'bench', 'frames.mjs')
  buildSync({
    stdin: {
      contents: `import { frameFigures } from './frames.ts'
        console.log('figures ' + JSON.stringify(frameFigures(${rounds}, ${quick})))`,
      resolveDir: join(ROOT, 'test', 'bench'),
      loader: 'ts',
    },
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  })
  const said = execFileSync(process.execPath, [...SCREEN_FLAGS, ...budgetFlags(process.versions.v8), outfile], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return JSON.parse(/^figures (.*)$/m.exec(said)![1]!) as Figure[]
}
