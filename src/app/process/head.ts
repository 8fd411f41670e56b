// The head of the process page: what was started, by whom, where it belongs, what it has and which files it waits on;
// and the threads that do most, with what each has been doing.
import { schedOf } from '../../model/sched.ts'
import { overdueIntervals } from '../../model/series.ts'
import type { View } from '../../model/view.ts'
import { statesOf } from '../../panels/threads.ts'
import type { ProcessMessage } from '../../stream/process-message.ts'
import { commandLine } from '../../stream/shell-words.ts'
import type { SchedThread } from '../../stream/sched-types.ts'
import { percentOf, stuckNs } from '../../model/base/rates.ts'
import { countOf, formatAge, formatBytes, formatPercent } from '../format.ts'
import { sanitize } from '../../stream/harmless.ts'
import { roomOf } from './room.ts'
import { displayWidth, shorten, shortenMiddle, wrap, fit, fitLeft } from '../width.ts'
import type { Line, Piece } from '../lines.ts'
import { NO_RULES } from '../../model/waits/class-rules.ts'
import { CLASS_WORDS, TIME_CLASSES } from '../../stream/time-classes.ts'
import { readingsFor } from '../../model/waits/seen-waits.ts'
import { isDescribed } from '../../stream/stream-types.ts'
import type { AppState } from '../state-types.ts'
import { WAITS } from '../../stream/probe-ids.ts'
import { LETTER_ROLES } from '../time-classes.ts'

/** Of the instant they were read at: what is older than that shown says so. */
export const factLines = (
  facts: ProcessMessage | undefined,
  width: number,
  shownMs: number,
  intervalMs: number,
  room = roomOf(0),
): Line[] => {
  if (!facts) return []
  const isOld = overdueIntervals({ atMs: facts.atMs, intervalMs }, shownMs) > 0
  const { args, parents, uid, user, cgroup, otherGroups = [], startMs, rssBytes, cpuMs, files } = facts
  const chain = parents.map(({ pid, comm }) => `${comm} ${pid}`).join(' < ')
  const group =
    cgroup === undefined ? undefined : shortenMiddle(sanitize(cgroup), width - 20 - Math.min(30, displayWidth(chain)))
  return [
    ...lineOf(args.length > 0 ? commandLine(args) : `[${facts.comm}]`, width - 1, room.lines),
    fields([
      ['user', user ?? String(uid)],
      ['started', `${formatAge(shownMs - startMs)} ago`],
      ['memory', formatBytes(rssBytes)],
      ['CPU time', formatAge(cpuMs)],
    ]).concat(isOld ? [[` as of ${formatAge(shownMs - facts.atMs)} before`, 'stale']] : []),
    fields([
      ['parents', shorten(sanitize(chain || 'none'), width - 11 - (group === undefined ? 0 : displayWidth(group) + 9))],
      ...(group === undefined ? [] : [['cgroup', group] as const]),
    ]),
    ...(otherGroups.length === 0
      ? []
      : [
          [
            [' other cgroups ', 'label'],
            [
              shorten(
                otherGroups.map(({ of, cgroup: path }) => `${sanitize(of)} ${sanitize(path)}`).join('  '),
                width - 15,
              ),
            ],
          ] as Line,
        ]),
    ...byFile(files)
      .slice(0, room.files)
      .map(({ call, file, count }): Line => [
        [' in ', 'label'],
        [sanitize(call)],
        [' on ', 'label'],
        [shortenMiddle(sanitize(file), Math.max(10, width - 40))],
        [count > 1 ? `  ${count} threads` : '', 'dim'],
      ]),
    [],
  ]
}

/** All of it where there is room, else both its ends. */
const lineOf = (line: string, width: number, most: number): Line[] => {
  const text = sanitize(line)
  const lines = wrap(text, width)
  return (lines.length <= most ? lines : [shortenMiddle(text, width)]).map((each): Line => [[` ${each}`]])
}

/** Intervals of a thread. */
const LONGEST_STRIP = 270

/** The busiest and the most stuck, each with its history. */
export const threadLines = (
  view: View,
  { classRules = NO_RULES }: Pick<AppState, 'classRules'>,
  width: number,
  most: number,
): Line[] => {
  const depth = Math.max(1, Math.min(LONGEST_STRIP, width - 40))
  const samples = view.samples('sched', depth)
  const last = samples.at(-1)
  const threads = [...((last && schedOf(last.data).target?.threads) ?? [])]
  if (!last || threads.length < 2) return []
  const busy = (thread: SchedThread): number => thread.onCpuNs + thread.waitNs + (stuckNs(thread) ?? 0)
  const shown = threads.sort((a, b) => busy(b) - busy(a) || a.tid - b.tid).slice(0, most)
  const waits = view.samples(WAITS, readingsFor(depth)).filter(isDescribed)
  const states = statesOf(samples, { samples: waits, rules: classRules })
  const more = threads.length - shown.length
  return [
    [
      ['Threads', 'title'],
      [more > 0 ? `  ${countOf(more, 'more thread')}: press 7` : '', 'key'],
      [legend(states, width), 'dim'],
    ],
    ...shown.map((thread): Line => [
      [fitLeft(String(thread.tid), 8)],
      [` ${fit(sanitize(thread.comm), 16)}`],
      [fitLeft(`${formatPercent(percentOf(thread.onCpuNs, last.intervalMs))}%`, 7)],
      ['  '],
      ...coloured((states.get(thread.tid) ?? '').slice(-Math.max(0, width - 36))),
    ]),
    [],
  ]
}

/** Letters that are there; a capital: at least half of an interval. */
const legend = (states: ReadonlyMap<number, string>, width: number): string => {
  const seen = [...states.values()].join('').toLowerCase()
  const words = TIME_CLASSES.map((each) => CLASS_WORDS[each]).filter(([letter]) => seen.includes(letter))
  return words.length === 0
    ? ''
    : shorten(`  ${words.map((each) => each.join(' ')).join('  ')}  capital: half of it or more`, width)
}

/** Runs of one letter are one piece. */
const coloured = (states: string): Piece[] =>
  (states.match(/(.)\1*/g) ?? []).map((run): Piece => [run, LETTER_ROLES[run[0]!] ?? 'dim'])

const fields = (pairs: readonly (readonly [string, string])[]): Line =>
  pairs.flatMap(([label, value]): Piece[] => [[` ${label} `, 'label'], [`${sanitize(value)} `]])

const byFile = (files: ProcessMessage['files']): { call: string; file: string; count: number }[] => {
  const counts = new Map<string, { call: string; file: string; count: number }>()
  for (const { call, file } of files) {
    const key = `${call} ${file}`
    counts.set(key, { call, file, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)
}
