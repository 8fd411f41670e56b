// All areas of `npm run fuzz`, in the order in which they run.
import type { Area } from './area.ts'
import { dwarf } from './areas/dwarf.ts'
import { elf } from './areas/elf.ts'
import { frames } from './areas/frames.ts'
import { maps } from './areas/maps.ts'
import { bpftraceLines, commands, toolLines } from './areas/lines.ts'
import { perfMaps } from './areas/perf-maps.ts'
import { scriptOutput, scripts } from './areas/scripts.ts'
import { gzipped, recordings, snapshots } from './areas/recordings.ts'

export const AREAS: readonly Area[] = [
  elf,
  dwarf,
  frames,
  maps,
  perfMaps,
  recordings,
  gzipped,
  snapshots,
  bpftraceLines,
  toolLines,
  commands,
  scripts,
  scriptOutput,
]
