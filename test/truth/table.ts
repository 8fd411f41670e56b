// The checks as an aligned table of plain text, which is also valid Markdown.
import { isOut } from './check.ts'
import type { Check, Compared, Unit } from './check.ts'

const HEAD = ['area', 'figure', 'ours', 'ground truth', 'error', 'allowed', '']

export const table = (checks: readonly Check[]): string => {
  const rows = [HEAD, ...checks.map(cells)]
  const widths = HEAD.map((_, i) => Math.max(3, ...rows.map((row) => row[i]!.length)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => (i > 1 && i < 6 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(' | ')} |`
  const rule = `|${widths.map((width, i) => '-'.repeat(width + 1) + (i > 1 && i < 6 ? ':' : '-')).join('|')}|`
  return [line(HEAD), rule, ...rows.slice(1).map(line)].join('\n')
}

/** `42 checks, 1 out, 3 skipped` */
export const summary = (checks: readonly Check[]): string =>
  `${checks.length} checks, ${checks.filter(isOut).length} out, ${checks.filter((check) => 'skipped' in check).length} skipped`

const cells = (check: Check): string[] => {
  if ('skipped' in check) return [check.area, check.figure, '', '', '', '', `*skipped*: ${check.skipped}`]
  const { ours, truth, error, allowed, unit, ok, note } = check
  return [
    check.area,
    check.figure,
    amount(ours, unit),
    amount(truth, unit),
    distance(error, check),
    distance(allowed, check),
    (ok ? 'ok' : 'OUT') + (note === undefined ? '' : `, ${note}`),
  ]
}

const NS: readonly [number, string][] = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'us'],
]

const amount = (value: number, unit: Unit): string => {
  if (unit === 'ns') {
    const [scale, name] = NS.find(([least]) => Math.abs(value) >= least) ?? [1, 'ns']
    return `${(value / scale).toPrecision(4)} ${name}`
  }
  if (unit === 'log2') return `2^${value}`
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toPrecision(4)
}

const distance = (value: number, { absolute, unit }: Compared): string => {
  if (absolute) return unit === 'log2' ? String(value) : amount(value, unit)
  if (value === 0) return '0'
  return Number.isFinite(value) ? `${Number((value * 100).toPrecision(value < 0.0001 ? 1 : 3))} %` : 'all'
}
