// Where everything is at sizes at which it changes: panels of the overview, the parts of a panel, pages.
import test from 'ava'
import { splitForDetail, splitOverview } from '../../src/app/aside.ts'
import { isTooSmall, layoutOf, overviewPanels, partsOf, placePanels, tableRect } from '../../src/app/layout.ts'
import { roomOf } from '../../src/app/process/room.ts'
import { stackParts } from '../../src/app/stacks/page-parts.ts'
import { SPECS } from '../../src/engine/probes/registry.ts'
import { initialState } from '../../src/app/state.ts'
import type { AppState } from '../../src/app/state-types.ts'
import type { Rect } from '../../src/app/app-types.ts'
import { OVERVIEW, panelById } from '../../src/panels/registry.ts'
import { golden } from '../helpers/golden.ts'

const at = (rect: Rect | undefined): string => (rect ? `${rect.x},${rect.y} ${rect.width}x${rect.height}` : '-')
const all = (parts: object): string =>
  Object.entries(parts)
    .map(([name, part]) => `${name} ${'rect' in part ? `${at(part.rect)} beside ${part.gutter}` : at(part)}`)
    .join('; ')

const SIZES = [
  [60, 16],
  [80, 24],
  [99, 40],
  [100, 27],
  [100, 30],
  [100, 31],
  [120, 36],
  [200, 50],
  [200, 63],
  [239, 50],
  [240, 42],
  [240, 43],
  [320, 56],
  [320, 57],
  [320, 67],
  [320, 70],
  [320, 90],
] as const

test('the overview', (t) => {
  const lines = SIZES.flatMap(([width, height]) => {
    const { header, body, footer } = layoutOf(width, height)
    const state = initialState({ width, height, specs: SPECS })
    const selected: AppState = {
      ...state,
      byPanel: { ...state.byPanel, runq: { mode: 'all', selected: { key: '1', index: 0, pid: 1, comm: 'a' } } },
    }
    const besides = (of: AppState): string => {
      const { tabs = [], ...rest } = splitOverview(of, body).aside ?? {}
      return [all(rest), ...tabs.map(({ id, mode, rect }) => `${id} ${mode} ${at(rect)}`)].join('; ')
    }
    const placed = (ids: readonly string[], folded: readonly string[] = []) =>
      placePanels(ids, body, panelById, (id) => folded.includes(id))
        .map(({ id, rect, boxed }) => `${id} ${at(rect)}${boxed ? ' boxed' : ''}`)
        .join('; ')
    return [
      `${width}x${height}: header ${at(header)}; body ${at(body)}; footer ${at(footer)}; with a banner ${at(layoutOf(width, height, true).body)}`,
      `  ${placed(OVERVIEW)}`,
      `  pictures alone: ${placed(['runq', 'block'])}`,
      `  tables alone: ${placed(['tcp', 'syscalls', 'exec'])}`,
      `  one folded: ${placed(OVERVIEW, ['block', 'tcp'])}`,
      `  beside: ${besides(state)}; of one selected: ${all(splitOverview(selected, body).aside ?? {})}`,
      `  list and detail: ${all(splitForDetail(selected, 'runq', body))}`,
      `  narrowed: ${overviewPanels({ ...state, only: [{ is: 'disk', dev: '8:0', name: 'sda' }] }, body)
        .map(({ id, rect }) => `${id} ${at(rect)}`)
        .join('; ')}`,
      `  tables: ${OVERVIEW.map((id) => at(tableRect(state, id))).join('; ')}`,
      `  on the full screen: ${OVERVIEW.map((id) => at(tableRect({ ...selected, page: { is: 'panel', panel: id } }, id))).join('; ')}`,
      `  stacks: ${all(stackParts(body))}`,
    ]
  })
  golden(t, 'places/overview', lines.join('\n'))
})

test('the parts of a panel', (t) => {
  const flags = [
    [true, false],
    [false, true],
    [false, false],
  ] as const
  const sizes = [
    [34, 8],
    [36, 5],
    [40, 11],
    [40, 13],
    [60, 12],
    [60, 32],
    [71, 17],
    [72, 18],
    [80, 20],
    [120, 33],
    [150, 37],
    [200, 60],
  ] as const
  const lines = sizes.flatMap(([width, height]) =>
    flags.flatMap(([heat, trend]) =>
      [
        [true, true],
        [true, false],
        [false, false],
      ].map(
        ([boxed, full]) =>
          `${width}x${height}${heat ? ' picture' : trend ? ' trend' : ' table'}${boxed ? ' boxed' : ''}${full ? ' full' : ''}: ${all(partsOf(heat, trend ? 'trend' : undefined, { x: 3, y: 2, width, height }, boxed!, full!))}`,
      ),
    ),
  )
  golden(t, 'places/parts', lines.join('\n'))
})

test('a screen that is too small, and what a page of a process has room for', (t) => {
  t.deepEqual(
    [
      [60, 16],
      [59, 16],
      [60, 15],
    ].map(([width, height]) => isTooSmall(width!, height!)),
    [false, true, true],
  )
  golden(
    t,
    'places/process',
    [16, 24, 25, 30, 36, 40, 50, 60, 80]
      .map((height) => `${height}: ${JSON.stringify(roomOf(height))}`)
      .concat(
        `200x50 60 80: ${[50, 60, 80].map((height) => roomOf(height, 200).series).join(' ')}; 199x80: ${roomOf(80, 199).series}`,
      )
      .join('\n'),
  )
})
