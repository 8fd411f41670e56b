// Line charts by blessed-contrib, laid over the plain ones a frame already has. The widget and its modules are loaded
// when the first chart is asked for; until then, and where they fail, the plain chart stays.
import { ROLES, type ChartSlot } from '../app/types.ts'
import type { BlessedScreen } from './terminal.ts'

export interface Charts {
  place(screen: BlessedScreen, slots: readonly ChartSlot[]): void
  theme(attributes: Int32Array): void
}

type Line = typeof import('blessed-contrib/lib/widget/charts/line.js').default
type Widget = ReturnType<Line>

/** `onReady` is called once charts can be drawn. */
export const createCharts = (onReady: () => void): Charts => {
  let line: Line | undefined
  let loading = false
  let attributes: Int32Array = new Int32Array()
  const shown = new Map<string, { widget: Widget; data: string }>()

  const load = async (): Promise<void> => {
    loading = true
    try {
      line = (await import('blessed-contrib/lib/widget/charts/line.js')).default
      onReady()
    } catch {
      // the plain chart stays
    }
  }

  return {
    theme: newAttributes => {
      attributes = newAttributes
      // colours are fixed when a widget is made
      for (const { widget } of shown.values()) widget.destroy()
      shown.clear()
    },

    place: (screen, slots) => {
      if (slots.length > 0 && !line && !loading) void load()
      const drawable = line ? slots.filter(isWorthDrawing) : []
      const wanted = new Set(drawable.map(placeOf))
      for (const [place, { widget }] of shown) {
        if (wanted.has(place)) continue
        widget.destroy()
        shown.delete(place)
      }
      for (const slot of drawable) {
        const place = placeOf(slot)
        // Its canvas keeps the size it had when attached: another size is another widget.
        const entry = shown.get(place) ?? { widget: makeWidget(line!, screen, slot, attributes), data: '' }
        shown.set(place, entry)
        const data = JSON.stringify(slot.series)
        if (data === entry.data) continue
        entry.data = data
        entry.widget.setData(dataOf(slot, attributes))
      }
    },
  }
}

/** The next of 1, 2, 2.5, 5 times a power of ten, so that axis labels are round. */
export const niceCeiling = (value: number): number => {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 2.5, 5, 10].map(step => step * power).find(step => step >= value)!
}

/** The last `points` values, as many as the plot has columns; a gap repeats nothing and counts as zero. */
export const dataOf = (slot: ChartSlot, attributes: Int32Array) => {
  const points = Math.max(2, slot.width - 12)
  return slot.series.map(({ label, role, values }) => ({
    title: label,
    x: slot.xLabels.slice(-points),
    y: values.slice(-points).map(value => value ?? 0),
    style: { line: foreground(attributes[ROLES.indexOf(role)] ?? 0) },
  }))
}

const placeOf = ({ x, y, width, height, series }: ChartSlot): string =>
  `${x},${y},${width},${height},${niceCeiling(peakOf(series))}`

const peakOf = (series: ChartSlot['series']): number =>
  series.reduce((peak, { values }) => values.reduce<number>((max, value) => Math.max(max, value ?? 0), peak), 0)

// contrib draws neither line nor labels when all is zero, and needs room for its axis.
const isWorthDrawing = (slot: ChartSlot): boolean =>
  slot.width >= 24 && slot.height >= 6 && slot.xLabels.length >= 2 && peakOf(slot.series) > 0

const foreground = (attribute: number): number => {
  const colour = (attribute >> 9) & 0x1ff
  return colour === 0x1ff ? 7 : colour
}

const background = (attribute: number): number => {
  const colour = attribute & 0x1ff
  return colour === 0x1ff ? -1 : colour
}

const makeWidget = (line: Line, screen: BlessedScreen, slot: ChartSlot, attributes: Int32Array): Widget => {
  const widget = line({
    screen, left: slot.x, top: slot.y, width: slot.width, height: slot.height,
    maxY: niceCeiling(peakOf(slot.series)), numYLabels: Math.max(2, Math.floor(slot.height / 4)),
    xPadding: 8, xLabelPadding: 3, showLegend: false, tags: false,
    style: {
      bg: background(attributes[ROLES.indexOf('text')]!),
      text: foreground(attributes[ROLES.indexOf('label')]!),
      baseline: foreground(attributes[ROLES.indexOf('border')]!),
    },
  })
  screen.append(widget)
  return widget
}
