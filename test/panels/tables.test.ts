// Every tab of every panel, whole: cells as they are before they are written, roles, what a row leads to, figures, notes,
// and which columns are there as a screen gets wider.
import test from 'ava'
import { fitColumns } from '../../src/app/table/columns.ts'
import { panelsOfSpec } from '../../src/panels/described.ts'
import { PANELS } from '../../src/panels/registry.ts'
import type { Column, Stat, AnyPanel } from '../../src/panels/panel-types.ts'
import type { Message, Sample } from '../../src/stream/stream-types.ts'
import { queueStream, QUEUES } from '../helpers/described.ts'
import { golden } from '../helpers/golden.ts'
import { fakeStream } from '../helpers/stream.ts'

const written = (value: unknown): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(6))) : value === undefined ? '-' : String(value)

const statText = ({ label, kind, value, role }: Stat): string => `${label} ${written(value)} (${kind})${role ?? ''}`

/** Titles at the least width at which they are all there. */
const widths = (panel: AnyPanel, samples: Sample[], mode: string): string[] => {
  const columns = panel.columns(mode, true)
  const rows = panel.rows(samples, mode, true)
  let last = ''
  return Array.from({ length: 250 }, (_, i) => 20 + i).flatMap((width) => {
    const fitted = fitColumns({ columns, shown: columns }, rows, width, panel.defaultSort(mode))
    const titles = fitted.map(({ heading }) => heading || '(direction)').join(' ')
    if (titles === last) return []
    last = titles
    return [`${width}: ${titles} (${fitted.map((each) => each.width).join(' ')})`]
  })
}

/** What it is drawn with, beside its width. */
const columnText = ({ id, kind, grow, middle, bar, signed, thresholds, rule }: Column): string =>
  [
    `${id} (${kind})`,
    ...Object.entries({ grow, middle, bar, signed }).flatMap(([what, is]) => (is ? [what] : [])),
    ...Object.entries(thresholds ?? {}).map(([role, from]) => `${role} from ${from}`),
    ...(rule ? [`as ${rule}`] : []),
  ].join(' ')

const tabText = (panel: AnyPanel, samples: Sample[], mode: string): string => {
  const last = samples.at(-1)!
  const rows = panel.rows(samples, mode, true)
  return [
    panel.columns(mode, true).map(columnText).join(', '),
    ...rows.map((row) => {
      const { key, cells, role, pid, comm, idle, about } = row
      const leads = JSON.stringify([...(about ? [about] : []), ...(panel.selects?.(last.data, row, mode) ?? [])])
      const marks = [role, idle && 'idle', comm, pid && `pid ${pid}`].filter(Boolean).join(', ')
      return `${key} [${marks}]: ${cells.map(written).join(' | ')} ${leads}`
    }),
    `sorted by ${JSON.stringify(panel.defaultSort(mode))}`,
    `without detail: ${panel
      .columns(mode, false)
      .map(({ title }) => title)
      .join(' ')}`,
    ...panel.stats(last, mode).map(statText),
    ...panel.notes(last, mode),
    `heat map ${panel.heatBits ?? '-'}, of ${panel.depth ?? 1}`,
    `histograms of ${(panel.hists(last.data, mode) ?? []).map(({ count }) => count).join(' ')}`,
    ...(panel.trend ? [`${panel.trend.label} ${written(panel.trend.value(last))}`] : []),
    ...widths(panel, samples, mode),
  ].join('\n')
}

const tabs = (panel: AnyPanel, messages: readonly Message[], name = ''): void => {
  const samples = messages.filter((message) => message.type === 'sample' && message.probe === panel.probe) as Sample[]
  for (const { id } of panel.modes)
    test(`${panel.id} ${id}${name}`, (t) => {
      golden(t, `tables/${panel.id}-${id}${name}`, tabText(panel, samples.slice(-(panel.depth ?? 1)), id))
    })
}

const all = { exec: true, detail: true, targetPid: 812, cpus: true }
for (const panel of PANELS) tabs(panel, fakeStream({ ticks: 3, ...all }))
for (const panel of panelsOfSpec(QUEUES)) tabs(panel, queueStream({ ticks: 3 }))
