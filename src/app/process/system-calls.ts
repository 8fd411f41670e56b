// The process page's system calls: how often each, with its errors by name and its latency where the kernel was told whom to
// look at; and which paths and addresses calls failed on.
import { percentileNs } from '../../model/base/histogram.ts'
import { perSecond } from '../../model/base/rates.ts'
import type { View } from '../../model/view.ts'
import { syscallsOf, type FailureCount, type SyscallCount } from '../../model/syscalls.ts'
import type { ProcessFacts } from '../../panels/process-samples.ts'
import { LEAST_FOR_P99 } from '../figures.ts'
import { barText } from '../bars.ts'
import { countOf, formatDuration, formatRate } from '../format.ts'
import { sanitize } from '../../stream/harmless.ts'
import { glyphsFor } from '../glyphs.ts'
import type { Line, Piece } from '../lines.ts'
import { shortenLeft, fit, fitLeft } from '../width.ts'

const NAME = 16
/** Columns with errors, and with latency, are there from these widths on. */
const WITH_ERRORS = 46
const WITH_LATENCY = 64
const LONGEST_BAR = 60

export const syscallLines = (
  { syscalls, syscallsMs: intervalMs }: ProcessFacts,
  view: View,
  { width, most, failures, unicode }: { width: number; most: number; failures: number; unicode: boolean },
): Line[] => {
  if (!syscalls) return [[['System calls', 'title']], [[' none in this interval', 'dim']]]
  const last = view.latest('syscalls')
  const own = last && syscallsOf(last.data).detail ? syscallsOf(last.data).calls : []
  const hasOwn = own.length > 0
  const calls: readonly SyscallCount[] = hasOwn ? own : (syscalls.calls ?? [])
  const shown = [...calls].sort((a, b) => b.count - a.count).slice(0, most)
  const more = calls.length - shown.length
  const hasErrors = hasOwn && width >= WITH_ERRORS
  const hasLatency = hasOwn && width >= WITH_LATENCY
  const taken = NAME + 12 + (hasErrors ? 20 : 0) + (hasLatency ? 18 : 0)
  const room = Math.max(0, Math.min(LONGEST_BAR, width - taken - 3))
  const top = shown[0]?.count ?? 1
  return [
    [
      ['System calls', 'title'],
      [`  ${formatRate(perSecond(syscalls.count, intervalMs))}/s`],
      ...errorsOf(syscalls.errors, intervalMs),
      ...(more > 0 ? [[`  ${countOf(more, 'more call')}: press 5`, 'key'] as Piece] : []),
    ],
    ...(hasErrors
      ? [
          [
            [
              `${' '.repeat(NAME + 12)}${fitLeft('ERR/s', 8)} ${fit('ERRNO', 11)}${hasLatency ? `${fitLeft('P99', 9)}${fitLeft('MAX', 9)}` : ''}`,
              'label',
            ],
          ] as Line,
        ]
      : []),
    ...shown.map((call): Line => [
      [` ${fit(sanitize(call.name), NAME)}`],
      [fitLeft(`${formatRate(perSecond(call.count, intervalMs))}/s`, 11)],
      ...(hasErrors ? errorCells(call, intervalMs) : []),
      ...(hasLatency ? [latencyCells(call)] : []),
      ['  '],
      [room > 3 ? barText(call.count / top, room, glyphsFor(unicode)) : '', 'series1'],
    ]),
    ...(hasOwn ? failureLines(syscallsOf(last!.data).failures, intervalMs, { width, most: failures, unicode }) : []),
  ]
}

const FAILED_NAME = 12
const FAILED_ERRNO = 12

/** Calls that failed on a path or an address; of others, on descriptors for instance, the errors above are all there is. */
const failureLines = (
  failed: readonly FailureCount[],
  intervalMs: number,
  { width, most, unicode }: { width: number; most: number; unicode: boolean },
): Line[] => {
  if (failed.length === 0) return []
  const more = failed.length - most
  const { cut } = glyphsFor(unicode)
  const room = Math.max(8, width - FAILED_NAME - FAILED_ERRNO - 13)
  return [
    [],
    [
      ['Failed on', 'title'],
      ['  path or address, of calls that have one', 'dim'],
      ...(more > 0 ? [[`; ${more} more`, 'dim'] as Piece] : []),
    ],
    ...failed
      .slice(0, most)
      .map(({ name, errno, about, count }): Line => [
        [` ${fit(sanitize(name), FAILED_NAME, cut)}`],
        [fitLeft(`${formatRate(perSecond(count, intervalMs))}/s`, 8), 'warn'],
        [`  ${fit(sanitize(errno), FAILED_ERRNO, cut)}`],
        [` ${shortenLeft(sanitize(about), room, cut)}`],
      ]),
  ]
}

const errorsOf = (errors: number | undefined, intervalMs: number): Piece[] =>
  errors === undefined ? [] : [[`  errors ${formatRate(perSecond(errors, intervalMs))}/s`, errors > 0 ? 'warn' : 'dim']]

/** With the name of the most frequent one. */
const errorCells = ({ errors = 0, errnos = [] }: SyscallCount, intervalMs: number): Piece[] => {
  const names = [...errnos].sort((a, b) => b.count - a.count).map(({ errno }) => errno)
  const rest = names.length > 1 ? ` +${names.length - 1}` : ''
  return [
    [fitLeft(formatRate(perSecond(errors, intervalMs)), 8), errors > 0 ? 'warn' : 'dim'],
    [` ${fit(sanitize(`${names[0] ?? ''}${rest}`), 11)}`],
  ]
}

const latencyCells = ({ latency }: SyscallCount): Piece => {
  const p99 = latency && latency.count >= LEAST_FOR_P99 ? percentileNs(latency, 0.99) : undefined
  const longest = latency && latency.count > 0 ? latency.maxNs : undefined
  return [[p99, longest].map((ns) => fitLeft(ns === undefined ? '-' : formatDuration(ns), 9)).join('')]
}
