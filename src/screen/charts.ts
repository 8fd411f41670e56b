// Line charts by blessed-contrib, laid over the plain ones a frame already has. The widget and its modules are loaded
// when the first chart is asked for; until then, and where they fail, the plain chart stays.
import type { ChartSlot } from '../app/app-types.ts'
import { ROLES } from '../panels/panel-types.ts'
import { paletteOf } from './attributes.ts'
import { scaleOf, type Scale } from './chart-scale.ts'
import type { BlessedScreen } from './blessed-screen.ts'

export interface Charts {
  /** Says which of them it has charts for. */
  place(screen: BlessedScreen, slots: readonly ChartSlot[]): readonly ChartSlot[]
  theme(attributes: Int32Array): void
}

interface Contrib {
  line: typeof import('blessed-contrib/lib/widget/charts/line.js').default
  utils: typeof import('blessed-contrib/lib/utils.js').default
}

interface Shown {
  chart: ReturnType<Contrib['line']>
  data: string
}

/** `onReady` is called once charts can be drawn. */
export const createCharts = (onReady: () => void): Charts => {
  let contrib: Contrib | undefined
  let loading = false
  let attributes: Int32Array = new Int32Array()
  const shown = new Map<string, Shown>()

  const load = async (): Promise<void> => {
    loading = true
    try {
      const [line, utils] = await Promise.all([
        import('blessed-contrib/lib/widget/charts/line.js'),
        import('blessed-contrib/lib/utils.js'),
      ])
      contrib = { line: line.default, utils: utils.default }
      onReady()
    } catch {
      // the plain chart stays
    }
  }

  const remove = (place: string): void => {
    const entry = shown.get(place)
    entry?.chart.destroy()
    shown.delete(place)
  }

  return {
    theme: (newAttributes) => {
      attributes = newAttributes
      // colours are fixed when a widget is made
      for (const place of [...shown.keys()]) remove(place)
    },

    place: (screen, slots) => {
      if (slots.length > 0 && !contrib && !loading) void load()
      const drawable = new Map<string, { slot: ChartSlot; scale: Scale }>()
      for (const slot of contrib ? slots : []) {
        const scale = isRoomy(slot) ? scaleOf(slot) : undefined
        if (scale) drawable.set(placeOf(slot, scale), { slot, scale })
      }
      for (const place of [...shown.keys()]) if (!drawable.has(place)) remove(place)
      for (const [place, { slot, scale }] of drawable) {
        const entry = shown.get(place) ?? make(contrib!, screen, slot, scale, attributes)
        shown.set(place, entry)
        const data = JSON.stringify(slot.series)
        if (data === entry.data) continue
        entry.data = data
        // It has no way to be told how to write numbers.
        contrib!.utils.abbreviateNumber = (text) => scale.label(Number(text))
        entry.chart.setData(dataOf(slot, scale, attributes))
      }
      return Array.from(drawable.values(), ({ slot }) => slot)
    },
  }
}

/** NaN is drawn as a gap. With one more label than there are values, a value is exactly one column wide: two dots of
 * its canvas. */
const dataOf = (slot: ChartSlot, scale: Scale, attributes: Int32Array) =>
  slot.series.map(({ label, role, values }) => ({
    title: label,
    x: [...slot.xLabels, ''],
    y: values.map(scale.place),
    style: { line: foreground(attributes[ROLES.indexOf(role)]!) },
  }))

const isRoomy = ({ width, height, xLabels }: ChartSlot): boolean => width >= 24 && height >= 6 && xLabels.length >= 2

// Another size or scale is another widget: its canvas keeps the size it had when attached.
const placeOf = ({ x, y, width, height, series }: ChartSlot, { min, max }: Scale): string =>
  [x, y, width, height, min, max, ...series.map(({ label }) => label)].join()

const foreground = (attribute: number): number => {
  const { fg } = paletteOf(attribute)
  return fg < 0 ? 7 : fg
}
const background = (attribute: number): number => paletteOf(attribute).bg

const make = (
  { line }: Contrib,
  screen: BlessedScreen,
  slot: ChartSlot,
  scale: Scale,
  attributes: Int32Array,
): Shown => {
  const chart = line({
    screen,
    left: slot.x,
    top: slot.y,
    width: slot.width,
    height: slot.height,
    minY: scale.min,
    maxY: scale.max,
    numYLabels: scale.labels,
    abbreviate: true,
    // It begins one column after the axis
    xPadding: (slot.labelWidth - 1) * 2,
    xLabelPadding: (slot.labelWidth - 1) * 2,
    showLegend: false,
    tags: false,
    style: {
      bg: background(attributes[ROLES.indexOf('text')]!),
      text: foreground(attributes[ROLES.indexOf('label')]!),
      baseline: foreground(attributes[ROLES.indexOf('border')]!),
    },
  })
  // It leaves room for a border that it has not got.
  chart.calcSize = () => {
    chart.canvasSize = { width: slot.width * 2, height: slot.height * 4 }
  }
  screen.append(chart)
  return { chart, data: '' }
}
