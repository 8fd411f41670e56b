// The export key: the stacks on screen as files for flamegraph.pl, speedscope and pprof, written as safely as snapshots.
import { escapeJson } from '../stream/harmless.ts'
import { foldedName, foldedText, speedscopeData, type StacksExport } from '../app/stacks/export.ts'
import { snapshotName, writeFiles } from './snapshot.ts'

interface ExportOptions {
  host: string
  atMs: number
  version: string
}

/** The paths written; throws an error whose message can be shown. */
export const writeExport = async (
  stacks: StacksExport,
  { host, atMs, version }: ExportOptions,
  env: NodeJS.ProcessEnv,
): Promise<string[]> => {
  // Only who exports needs the library
  const { pprofOf } = await import('./pprof.ts')
  return writeFiles(
    {
      name: snapshotName(host, atMs),
      files: [
        { extension: `-${foldedName(stacks)}`, text: foldedText(stacks) },
        {
          extension: '.speedscope.json',
          text: `${escapeJson(JSON.stringify(speedscopeData(stacks, `probetop ${version}`)))}\n`,
        },
        { extension: '.pb.gz', text: pprofOf(stacks) },
      ],
    },
    env,
  )
}
