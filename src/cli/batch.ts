// Without a screen: every interval as text, or the stream's own lines. Ends after `count` intervals, with the source,
// or when told to; says on stderr what does not work, once.
import { formatWait } from '../app/format.ts'
import { sanitize } from '../stream/harmless.ts'
import { panelText } from '../app/table/panel-text.ts'
import type { ProbeId } from '../stream/probe-ids.ts'
import { viewOf } from '../model/view.ts'
import { selectionLabel, type Selection } from '../model/selection.ts'
import { wallMs } from '../model/wall.ts'
import { createStore } from '../model/store.ts'
import type { PanelId } from '../panels/panel-types.ts'
import { SPECS } from '../engine/probes/registry.ts'
import { allPanels, panelOf } from '../panels/registry.ts'
import { onEnd } from '../screen/signals.ts'
import { groupTicks } from '../stream/ticks.ts'
import { encode } from '../stream/codec.ts'
import type { ProbeSpec } from '../stream/spec.ts'
import type { AnySample, Command, Message, ProbeStatus, Source } from '../stream/stream-types.ts'
import type { Output } from './output.ts'
import { isoWithZone } from './local-time.ts'

export interface BatchOptions {
  source: Source
  output: Output
  as: 'text' | 'json'
  panels: readonly PanelId[]
  /** The panels of scripts and tools that a recording brings are shown, too, and those of probes that only it knows. */
  brought?: boolean
  only: readonly Selection[]
  count?: number
  unicode: boolean
  /** What the engine shall do beyond its probes. */
  commands: readonly Command[]
  warn(line: string): void
}

export interface Batch {
  /** Resolves to the exit code. */
  done: Promise<number>
  end(exitCode: number): void
}

const ROWS = 10
/** Exit code. */
const WRONG_USAGE = 2

export const runBatch = (options: BatchOptions): Batch => {
  const { source, output, only, warn } = options
  const store = createStore({ keepMs: 120_000, keepRowsMs: 10_000 })
  /** The panels' probes, as far as what they are of is known by now. */
  const wantedNow = (): ProbeId[] => [...new Set(panels.map((id) => panelOf(id, specsNow()).probe))]
  const specsNow = (): readonly ProbeSpec[] => (store.specs().length > 0 ? store.specs() : SPECS)
  let { panels } = options
  const panelsNow = (): readonly PanelId[] => [
    ...new Set([...options.panels, ...store.specs().flatMap((spec) => (isOurs(spec) ? [] : idsOf(spec)))]),
  ]
  const panelsWith = (probes: ReadonlySet<ProbeId>): PanelId[] =>
    allPanels(specsNow())
      .filter(({ probe }) => probes.has(probe))
      .map(({ id }) => id)
  let wanted = wantedNow()
  const broken = createBroken(() => wanted, warn)
  let left = options.count ?? Infinity
  /** Probes whose samples nobody asked for. */
  const unshown = new Set<ProbeId>()
  let isEmpty = true
  let end: (exitCode: number) => void = () => {}
  const ended = new Promise<number>((resolve) => {
    end = resolve
  })

  const ticks = groupTicks(
    (atMs, intervalMs) => {
      if (left <= 0) return
      isEmpty = false
      if (options.as === 'text') output.write(tickText(atMs, intervalMs))
      if (--left <= 0) end(0)
    },
    () => !broken.allShed(),
  )

  const tickText = (atMs: number, intervalMs: number): string => {
    const head = `# ${isoWithZone(wallMs(store, atMs))}  interval ${(intervalMs / 1000).toFixed(2)} s${only.map((selection) => `  ${sanitize(selectionLabel(selection))}`).join('')}`
    const texts = panels.flatMap((id) =>
      tabsOf(id).map((mode) =>
        panelText(id, store, {
          rows: ROWS,
          only,
          unicode: options.unicode,
          ...(mode === undefined ? {} : { mode }),
        }).join('\n'),
      ),
    )
    return `${[head, ...texts].join('\n')}\n\n`
  }

  /** Of a script all: nobody else knows what is in which. */
  const tabsOf = (id: PanelId): (string | undefined)[] => {
    const { spec, modes } = panelOf(id, specsNow())
    return spec?.source !== undefined && modes.length > 1 && store.latest(spec.id as ProbeId)
      ? modes.map((mode) => mode.id)
      : [undefined]
  }

  const add = (message: Message): void => {
    if (left <= 0) return
    const isBeside = message.type === 'sample' && !wanted.includes(message.probe)
    if (isBeside) {
      unshown.add(message.probe)
      // what says which processes belong together
      return only.length > 0 ? store.add(message) : undefined
    }
    ticks.add(message)
    if (left <= 0) return
    store.add(message)
    if (message.type === 'probe') {
      if (options.brought) panels = panelsNow()
      wanted = wantedNow()
    }
    if (options.as === 'json')
      output.write(
        encode(
          message.type === 'sample' ? (viewOf(store, only, message.atMs).latest(message.probe) as AnySample) : message,
        ),
      )
    if (message.type === 'log' && message.level !== 'info') warn(message.text)
    if (message.type === 'gap') warn(message.why)
    if (message.type === 'status') broken.add(message.probe, message.status)
    if (message.type === 'status' && broken.all()) end(4)
  }

  const run = async (): Promise<number> => {
    onEnd((exitCode) => end(exitCode))
    source.start(add)
    for (const command of options.commands) source.send(command)
    const exitCode = await ended
    const absent = panels.filter((id) => !allPanels(specsNow()).some((panel) => panel.id === id))
    if (absent.length > 0) warn(`no panel ${absent.join(', ')}: nothing here describes it`)
    await source.stop()
    ticks.end()
    if (options.brought && isEmpty && unshown.size > 0)
      warn(`nothing of ${panels.join(', ')} was recorded: choose with --panels ${panelsWith(unshown).join(',')}`)
    await output.close()
    return exitCode === 0 && absent.length === panels.length ? WRONG_USAGE : exitCode
  }

  return {
    done: run(),
    end: (exitCode) => {
      ticks.end()
      end(exitCode)
    },
  }
}

const isOurs = ({ id }: ProbeSpec): boolean => SPECS.some((spec) => spec.id === id)
const idsOf = ({ panels }: ProbeSpec): PanelId[] => panels.map(({ id }) => id)

// Which probes do not work; told once for each reason.
const createBroken = (wanted: () => readonly ProbeId[], warn: (line: string) => void) => {
  const statuses = new Map<ProbeId, ProbeStatus>()
  const told = new Set<string>()
  const isHopeless = (status: ProbeStatus | undefined): boolean =>
    status?.is === 'unsupported' || (status?.is === 'failed' && status.retryMs === undefined && !status.silent)
  return {
    add: (probe: ProbeId, status: ProbeStatus): void => {
      statuses.set(probe, status)
      if (!('why' in status)) return
      const shed = status.is === 'shed' ? `too costly for ${formatWait(status.retryMs)}: ` : ''
      const line = sanitize(`${probe}: ${shed}${status.why}. ${status.hint}`)
      if (!told.has(line)) warn(line)
      told.add(line)
    },
    /** None of them gives anything for now. */
    allShed: (): boolean =>
      wanted().every((probe) => statuses.get(probe)?.is === 'shed' || isHopeless(statuses.get(probe))),
    /** None of them can give anything any more. */
    all: (): boolean => wanted().every((probe) => isHopeless(statuses.get(probe))),
  }
}
