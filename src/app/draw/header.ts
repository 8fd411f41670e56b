// The first lines: which machine, in which state the screen is, and what probetop itself costs.
import { stolenPercent } from '../../model/steal.ts'
import type { View } from '../../model/view.ts'
import { clockStepMs, wallMs } from '../../model/wall.ts'
import type { Playback } from '../../stream/playback.ts'
import { formatAge, formatBytes, formatInterval, formatPercent } from '../format.ts'
import { crumbSteps, STEP } from '../crumbs.ts'
import { kindOf } from '../pages/registry.ts'
import { selectionsOf } from '../state.ts'
import type { AppState } from '../state-types.ts'
import { shownMs } from '../late.ts'
import { cheaperWords, silentForMs } from '../probes/status.ts'
import { stepsBack } from '../time.ts'
import type { FrameContext, Rect } from '../app-types.ts'
import type { Role } from '../../panels/panel-types.ts'
import { sanitize } from '../../stream/harmless.ts'
import { displayWidth, shorten } from '../width.ts'
import { drawVerdictLine } from './verdict.ts'
import { fill, hit, put, putRight, type Canvas } from './grid.ts'
import { glyphsFor } from '../glyphs.ts'

export const drawHeader = (canvas: Canvas, rect: Rect, state: AppState, view: View, context: FrameContext): void => {
  fill(canvas, { ...rect, height: 1 }, 'header')
  const hello = view.store.hello()
  const host = view.host()
  const cpus = host?.cpus ?? hello?.cpus
  const facts = [
    hello?.host,
    hello && `Linux ${hello.kernel.replace(/^Linux /, '')}`,
    host && `up ${formatAge(host.uptimeS * 1000)}`,
    host && `load ${host.load.map((load) => load.toFixed(2)).join(' ')}`,
    cpus === undefined ? undefined : `${cpus} CPU${cpus === 1 ? '' : 's'}`,
  ]
  const own = context.cost
    ? `self ${formatPercent(context.cost.cpuPercent)}% ${formatBytes(context.cost.memoryBytes)}`
    : ''
  const right = own === '' ? rect.width - 1 : putRight(canvas, rect.width - 1, 0, own, 'header')
  let x = put(canvas, 1, 0, 'probetop', 'header')
  for (const fact of fitting(facts, right - x - 2)) x = put(canvas, x + 2, 0, fact, 'header')
  drawMode(canvas, 1, state, view, context)
  if (context.banner !== undefined) {
    fill(canvas, { x: 0, y: 2, width: rect.width, height: 1 }, 'badge')
    put(canvas, 1, 2, shorten(sanitize(context.banner), rect.width - 2), 'badge')
  }
}

/** For what stands out: it is not to be driven away by what is cheaper. */
const VERDICT_ROOM = 45

/** LIVE, FROZEN or REPLAY; the whole line changes its look when time stands still. */
const drawMode = (canvas: Canvas, y: number, state: AppState, view: View, context: FrameContext): void => {
  const { instantMs } = state
  const shown = shownMs(state, view, context.nowMs)
  const clock = clockText(wallMs(view.store, shown), context, state.replay)
  const stepMs = clockStepMs(view.store, shown)
  let x = 1
  if (state.player) {
    const text = ` ${instantMs === undefined ? 'REPLAY' : 'PAUSED'}  ${clock}  ${playedText(state.player, shown, context.playback)} `
    if (instantMs !== undefined) fill(canvas, { x: 0, y, width: canvas.width, height: 1 }, 'badge')
    x = put(canvas, x, y, text, 'badge')
  } else if (instantMs !== undefined) {
    fill(canvas, { x: 0, y, width: canvas.width, height: 1 }, 'badge')
    const back = stepsBack(state, view)
    const text = ` FROZEN  ${clock}  ${formatAge(context.nowMs - instantMs)} ago${back > 0 ? `, ${back} interval${back === 1 ? '' : 's'} back` : ''} `
    x = put(canvas, x, y, text, 'badge')
  } else {
    x = put(canvas, x, y, state.replay ? ' REPLAY ' : ' LIVE ', state.replay ? 'badge' : 'good')
    x = put(canvas, x + 1, y, clock, 'text')
  }
  const selections = selectionsOf(state)
  const silentMs = silentForMs(state, view, context.nowMs)
  const stolen = stolenPercent(view.store, view.atMs) ?? 0
  type Chip = [text: string, role: Role]
  const before: Chip[] = [
    [`every ${formatInterval(state.intervalMs)}`, 'text'],
    ...(silentMs === undefined ? [] : [[`nothing new for ${formatAge(silentMs)}`, 'stale'] as Chip]),
    // less than that is not worth a word
    ...(stepMs === 0
      ? []
      : [[`clock set ${stepMs < 0 ? 'back' : 'ahead'} ${formatAge(Math.abs(stepMs))}`, 'warn'] as Chip]),
    ...(stolen >= 1 ? [[`stolen ${Math.round(stolen)}%`, 'warn'] as Chip] : []),
  ]
  const after = (isShort: boolean): Chip[] => [
    ...(state.since === undefined ? [] : [[sinceText(state.since, shown, view, context), 'warn'] as Chip]),
    ...cheaperWords(state, view, context.nowMs, isShort).map((text): Chip => [text, 'warn']),
    ...(state.filter.text !== ''
      ? [[`${kindOf(state).isSearch ? 'search' : 'filter'} ${state.filter.text}`, 'warn'] as Chip]
      : []),
  ]
  const roomBeside = (chips: readonly Chip[]): number =>
    chips.reduce((left, [text]) => left - displayWidth(text) - 2, canvas.width - x - 4)
  const long = after(false)
  const behind = roomBeside([...before, ...long]) < VERDICT_ROOM ? after(true) : long
  const room = roomBeside([...before, ...behind])
  const { cut } = glyphsFor(canvas.unicode)
  const steps = crumbSteps(selections, Math.max(Math.floor(canvas.width / 2), room), cut)
  const path = steps.join(STEP)
  const chips = [...before, ...(selections.length > 0 ? [[path, 'title'] as Chip] : []), ...behind]
  for (const [text, role] of chips) {
    if (text === path) hitSteps(canvas, x + 2, y, steps, selections.length, state)
    x = put(
      canvas,
      x + 2,
      y,
      shorten(sanitize(text), canvas.width - x - 4, cut),
      instantMs === undefined ? role : 'badge',
    )
  }
  if (!kindOf(state).saysVerdict) drawVerdictLine(canvas, x + 3, y, state, view)
}

const sinceText = (since: number, shown: number, view: View, context: FrameContext): string =>
  `changes from ${clockText(wallMs(view.store, since), context, false)} (${formatAge(Math.abs(shown - since))} ${since <= shown ? 'earlier' : 'later'})`

/** A click on a step of the way leads out to it. */
const hitSteps = (
  canvas: Canvas,
  x: number,
  y: number,
  steps: readonly string[],
  selections: number,
  { crumbs }: AppState,
): void => {
  let at = x
  steps.forEach((text, index) => {
    const width = displayWidth(text)
    // the last steps are there, the first may not be; those of the command line cannot be left
    const kept = index === 0 ? 0 : crumbs.length - (steps.length - 1 - index)
    if (index === 0 || kept > 0 || selections === crumbs.length)
      hit(canvas, { x: at, y, width, height: 1 }, { do: 'leaveTo', steps: Math.max(0, kept) })
    at += width + STEP.length
  })
}

/** How far one is in how much, how fast, and whether the rest is known yet. */
const playedText = ({ times }: { times: number }, shown: number, playback: Playback | undefined): string => {
  if (!playback) return `${times}x`
  const { fromMs, toMs, progress, seekingMs, ended } = playback
  return [
    `${formatAge(Math.max(0, shown - fromMs))} of ${formatAge(toMs - fromMs)}`,
    ...(times === 1 ? [] : [`${times}x`]),
    ...(progress < 1 ? [`reading ${Math.floor(progress * 100)}%`] : []),
    ...(seekingMs === undefined ? [] : [`going to ${formatAge(seekingMs - fromMs)}`]),
    ...(ended && shown >= toMs ? ['end'] : []),
  ].join('  ')
}

/** Of the local wall clock; with the day where it need not be today. */
const clockText = (wallMs: number, { zoneMs }: FrameContext, withDay: boolean): string => {
  const local = new Date(wallMs + (zoneMs?.(wallMs) ?? 0)).toISOString().replace('T', ' ')
  return local.slice(withDay ? 0 : -13, -5)
}

/** From the left, whole ones. */
const fitting = (facts: readonly (string | undefined)[], width: number): string[] => {
  let left = width
  const fit: string[] = []
  for (const known of facts) {
    if (known === undefined) continue
    const fact = sanitize(known)
    left -= displayWidth(fact) + 2
    if (left >= 0) fit.push(fact)
  }
  return fit
}
