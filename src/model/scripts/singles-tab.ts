// The tab of the maps without keys, a row each.
import type { ScriptMap } from '../../stream/script.ts'
import type { ColumnSpec } from '../../stream/spec.ts'
import type { FieldSpec, Unit } from '../../stream/fields.ts'
import { SINGLES, TOTAL, type Made } from './tabs.ts'

const SINGLE_UNITS: readonly { unit: Unit; id: string; title: string; rate: string }[] = [
  { unit: 'count', id: 'n', title: 'TOTAL', rate: 'n/s' },
  { unit: 'ns', id: 'ns', title: 'TIME', rate: 'TIME%' },
  { unit: 'bytes', id: 'bytes', title: 'BYTES', rate: 'BYTES/s' },
]

/** Which columns a single value is in. */
export const singleField = ({ unit }: ScriptMap): string => SINGLE_UNITS.find((each) => each.unit === unit)?.id ?? 'n'

/** Neither grows nor adds up. */
export const isLevel = ({ does }: ScriptMap): boolean => does === 'avg' || does === 'min' || does === 'max'

/** Maps without keys, a row each. */
export const singlesTab = (maps: readonly ScriptMap[]): Made => {
  const units = SINGLE_UNITS.filter(({ id }) => maps.some((map) => singleField(map) === id && !isLevel(map)))
  const levels = SINGLE_UNITS.flatMap(({ id, unit, title }) => {
    const own = maps.filter((map) => isLevel(map) && singleField(map) === id)
    return own.length === 0 ? [] : [{ id, unit, title, does: new Set(own.map(({ does }) => does.toUpperCase())) }]
  })
  // no two columns are called alike
  const mean = levels.some(({ does }) => does.has('AVG')) ? 'MEAN' : 'AVG'
  const hasText = maps.some(({ does }) => does === 'value')
  const hasMean = maps.some(({ does }) => does === 'stats')
  return {
    fields: [
      { id: 'name', unit: 'text', kind: 'label' },
      ...units.flatMap(({ id, unit }): FieldSpec[] => [
        { id, unit, kind: 'counter' },
        { id: `${id}-total`, unit, kind: 'gauge' },
      ]),
      ...levels.map(({ id, unit }): FieldSpec => ({ id: `${id}-level`, unit, kind: 'gauge' })),
      ...(hasMean ? [{ id: 'times', unit: 'count', kind: 'counter' } as const] : []),
      ...(hasText ? [{ id: 'value', unit: 'text', kind: 'label' } as const] : []),
    ],
    tab: {
      id: SINGLES,
      label: 'values',
      table: SINGLES,
      key: ['name'],
      sort: { column: 'name', descending: false },
      columns: [
        { id: 'name', title: 'MAP', help: 'name of the map', value: { value: 'name' }, priority: 0, width: 12 },
        ...units.flatMap(({ id, unit, title, rate }): ColumnSpec[] => [
          {
            id,
            title: rate,
            help: unit === 'ns' ? 'of clock time' : 'per second',
            value: unit === 'ns' ? { timeShare: id } : { perSecond: id },
            priority: 1,
          },
          {
            id: `${id}-total`,
            title,
            help: `${TOTAL}, or as last printed`,
            value: { value: `${id}-total` },
            priority: 2,
          },
        ]),
        ...levels.map(({ id, title, does }): ColumnSpec => ({
          id: `${id}-level`,
          title: [...does].join('/') + (levels.length > 1 ? ` ${title}` : ''),
          help: TOTAL,
          value: { value: `${id}-level` },
          priority: 2,
        })),
        ...(hasMean
          ? units.map(({ id, title }): ColumnSpec => ({
              id: `${id}-mean`,
              title: units.length > 1 ? `${mean} ${title}` : mean,
              help: 'mean of the interval',
              value: { ratio: [id, 'times'] },
              priority: 3,
            }))
          : []),
        ...(hasText
          ? [
              {
                id: 'value',
                title: 'VALUE',
                help: 'as it is',
                value: { value: 'value' },
                priority: 1,
                width: 12,
                grow: true,
              } as const,
            ]
          : []),
      ],
    },
  }
}
