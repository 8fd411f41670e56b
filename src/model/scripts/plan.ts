// A script, read: what it is called, what it asks, and which panel it becomes. bpftrace alone says whether it runs.
import { SCRIPT_LIMITS, type ScriptColumn, type ScriptMap, type ScriptPlan } from '../../stream/script.ts'
import type { Unit } from '../../stream/fields.ts'
import { headerOf, type Header } from './comment-header.ts'
import { probesOf } from './lex.ts'
import { linesOf } from './printed-lines.ts'
import { mapsOf } from './result-maps.ts'

interface GivenScript {
  /** Of the file, without its folder and ending; or what a one-liner is called. */
  name: string
  text: string
  args?: readonly string[]
  /** Names of probes and panels that are taken. */
  taken: (id: string) => boolean
}

export const planOf = ({ name: given, text, args = [], taken }: GivenScript): ScriptPlan => {
  const name = given.replace(/\p{C}/gu, '').slice(0, SCRIPT_LIMITS.title) || 'script'
  const header = headerOf(text)
  const probes = probesOf(text)
  const hooks = probes.flatMap((probe) => probe.hooks)
  const sources = hooks.filter((hook) => !isHookless(hook))
  // of intervals alone a script that reads something by them is made
  const attached = sources.length > 0 ? sources : hooks.filter((hook) => !isEnd(hook))
  const maps = included(mapsOf(text, probes), header)
  const lines = linesOf(text, probes)
  const id = idOf(name, taken)
  return {
    id,
    title: cut(header.title ?? name, SCRIPT_LIMITS.title) || id,
    question: cut(header.question ?? `What does ${name} say?`, SCRIPT_LIMITS.sentence),
    howToRead: cut(header.howToRead ?? '', SCRIPT_LIMITS.sentence),
    text,
    args,
    ...(header.version ? { version: header.version } : {}),
    maps: maps
      .filter((map) => map.name.length <= SCRIPT_LIMITS.name)
      .map((map) => withTitles(withUnit(map, header), lines.columns.length, header))
      .slice(0, SCRIPT_LIMITS.maps),
    lines: lines.lines,
    ...(lines.calls ? { calls: Math.min(lines.calls, SCRIPT_LIMITS.calls) } : {}),
    columns: titled(lines.columns, header).map((column) => ({
      ...column,
      title: cut(column.title, SCRIPT_LIMITS.title) || 'VALUE',
    })),
    // where nothing comes after it, it is all there is
    said: hooks.every(isEnd) ? [] : lines.said.slice(0, SCRIPT_LIMITS.said),
    prints: lines.prints,
    hooks: attached.slice(0, SCRIPT_LIMITS.hooks).map((hook) => cut(hook, SCRIPT_LIMITS.line) || '?'),
    hookless: hooks.length - attached.length,
    ...(header.retain ? { retain: header.retain } : {}),
    ...(header.sort ? { sort: cut(header.sort, SCRIPT_LIMITS.title) } : {}),
  }
}

/** Nothing that a terminal might take for more than characters, nor half of one. */
const cut = (text: string, longest: number): string => text.slice(0, longest).replace(/\p{C}/gu, '')

const isEnd = (hook: string): boolean => /^(BEGIN|END)$/i.test(hook)
export const isHookless = (hook: string): boolean => isEnd(hook) || /^(interval|i|self|bench|test):/.test(hook)

const included = (maps: readonly ScriptMap[], { include }: Header): readonly ScriptMap[] =>
  include
    ? include.flatMap(
        (wanted) => maps.find(({ name }) => name === (wanted.startsWith('@') ? wanted : `@${wanted}`)) ?? [],
      )
    : maps

const UNITS: Readonly<Record<string, { unit: Unit; worth: number }>> = {
  ns: { unit: 'ns', worth: 1 },
  us: { unit: 'ns', worth: 1e3 },
  ms: { unit: 'ns', worth: 1e6 },
  s: { unit: 'ns', worth: 1e9 },
  bytes: { unit: 'bytes', worth: 1 },
  kb: { unit: 'bytes', worth: 1024 },
  pages: { unit: 'bytes', worth: 4096 },
  count: { unit: 'count', worth: 1 },
}

/** `unit: us`, or `unit: @latency us, @size bytes`. */
const withUnit = (map: ScriptMap, { unit }: Header): ScriptMap => {
  if (unit === undefined || map.does === 'count') return map
  const named = unit.split(',').map((part) => part.trim().split(/\s+/))
  const own =
    named.find(([name, as]) => as !== undefined && name === map.name)?.[1] ??
    named.find((part) => part.length === 1)?.[0]
  const found = own === undefined ? undefined : UNITS[own.toLowerCase()]
  return found ? { ...map, ...found } : map
}

const titled = (columns: readonly ScriptColumn[], header: Header): readonly ScriptColumn[] =>
  header.columns && header.columns.length === columns.length
    ? columns.map((column, index) => ({ ...column, title: header.columns![index]! }))
    : columns

/** Of a map with as many keys, where it is not the lines that are meant. */
const withTitles = (map: ScriptMap, inLines: number, { columns }: Header): ScriptMap => {
  if (!columns || columns.length !== map.keys.length || columns.length === inLines) return map
  const titleOf = (title: string): string => cut(title, SCRIPT_LIMITS.title)
  return { ...map, keys: map.keys.map((key, index) => ({ ...key, title: titleOf(columns[index]!) || key.title })) }
}

/** As the stream takes it, and nobody else's. */
export const idOf = (name: string, taken: (id: string) => boolean): string => {
  const plain = name.replace(/[^A-Za-z0-9_-]/g, '-').replace(/^[^A-Za-z]+/, '')
  const base = (plain === '' ? 'script' : plain[0]!.toLowerCase() + plain.slice(1)).slice(0, 26)
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`
    if (!taken(id) && !(id in {})) return id
  }
}
