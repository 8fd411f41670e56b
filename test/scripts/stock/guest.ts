// What runs in the emulated machine: a line of JSON for each tool.
import { join } from 'node:path'
import { ROOT } from '../../../src/paths.ts'
import { runAll } from '../all.ts'
import { optionsOf } from '../options.ts'
import { bpftraces } from '../versions.ts'
import type { Line } from './run.ts'

const say = (line: Line): void => console.log(JSON.stringify(line))

const versions = await bpftraces()
say({ bpftrace: versions[0]?.version ?? '?' })
await runAll({
  ...optionsOf(process.argv.slice(2)),
  versions: versions.slice(0, 1),
  more: join(ROOT, 'test', 'scripts', 'stock', 'work.sh'),
  onRan: (name, ran) => say({ name, ran }),
})
