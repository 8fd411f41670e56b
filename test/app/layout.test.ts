import test from 'ava'
import { besidePanel, splitForDetail } from '../../src/app/aside.ts'
import { isTooSmall, layoutOf, partsOf, placePanels } from '../../src/app/layout.ts'
import type { Selection } from '../../src/model/selection.ts'
import { WAITS } from '../../src/stream/probe-ids.ts'
import { initialState } from '../../src/app/state.ts'
import { OVERVIEW } from '../../src/panels/registry.ts'
import { PANEL_IDS } from '../../src/panels/panel-types.ts'

test('panels cover the body and share no more than the line between two of them, at any size and for any choice', (t) => {
  const choices = [
    OVERVIEW,
    PANEL_IDS,
    ...PANEL_IDS.map((id) => [id]),
    ['runq', 'exec'],
    ['tcp', 'syscalls', 'exec'],
  ] as const
  for (let width = 60; width <= 240; width += 13)
    for (let height = 16; height <= 70; height += 5)
      for (const ids of choices) {
        const { body } = layoutOf(width, height)
        const taken = new Set<number>()
        for (const { rect, boxed } of placePanels(ids as never, body)) {
          t.true(
            rect.x >= 0 &&
              rect.x + rect.width <= width &&
              rect.y >= body.y &&
              rect.y + rect.height <= body.y + body.height,
          )
          for (let y = rect.y; y < rect.y + rect.height; y++)
            for (const x of [rect.x + (boxed ? 1 : 0), rect.x + rect.width - 2, rect.x + rect.width - 1]) {
              t.false(taken.has(y * width + x))
              taken.add(y * width + x)
            }
        }
        t.is(placePanels(ids as never, body).length, ids.length)
      }
})

test('the parts of a panel stay inside it', (t) => {
  for (let width = 20; width <= 200; width += 9)
    for (let height = 4; height <= 60; height += 3)
      for (const full of [true, false])
        for (const heat of [true, false]) {
          const parts = partsOf(heat, 'trend', { x: 3, y: 2, width, height }, true, full)
          for (const each of Object.values(parts)) {
            const part = 'rect' in each ? each.rect : each
            if (part.height <= 0 || (full && height < 13)) continue
            t.true(part.x >= 4 && part.x + part.width <= 3 + width - 1, JSON.stringify([part, width, height]))
            t.true(part.y >= 3 && part.y + part.height <= Math.max(2 + height - 1, part.y + 1))
          }
        }
})

test('too small below 60x16', (t) => {
  t.true(isTooSmall(59, 50))
  t.true(isTooSmall(200, 15))
  t.false(isTooSmall(60, 16))
})

test('beside a list there is room for the selected process from 180 columns on, once one is selected', (t) => {
  const body = { x: 0, y: 2, width: 200, height: 47 }
  const state = initialState({ width: 200, height: 50 })
  t.deepEqual(splitForDetail(state, 'runq', body), { list: body })
  const byPanel = { ...state.byPanel, runq: { ...state.byPanel.runq, selected: { key: '1', index: 0, pid: 1 } } }
  const { list, detail } = splitForDetail({ ...state, byPanel }, 'runq', body)
  t.is(list.width + detail!.width, 201, 'they share a line')
  t.is(detail!.x, list.width - 1)
  t.true(detail!.width >= 80)
  t.deepEqual(splitForDetail({ ...state, byPanel }, 'runq', { ...body, width: 179 }), { list: { ...body, width: 179 } })
  const call = { ...state.byPanel, syscalls: { ...state.byPanel.syscalls, selected: { key: 'read', index: 0 } } }
  t.is(splitForDetail({ ...state, byPanel: call }, 'syscalls', body).detail, undefined, 'a call has no page')
})

test('chains of a process have its page beside them, other panels keep the width', (t) => {
  const body = { x: 0, y: 2, width: 200, height: 47 }
  const of = (selection: Selection) => ({
    ...initialState({ width: 200, height: 50 }),
    crumbs: [{ selection, from: { is: 'overview' } as const }],
  })
  const narrowed = of({ is: 'process', pid: 812, comm: 'postgres' })
  t.like(besidePanel(narrowed, WAITS), { pid: 812, comm: 'postgres' })
  t.is(besidePanel(narrowed, 'runq'), undefined)
  t.is(besidePanel(of({ is: 'comm', comm: 'postgres' }), WAITS), undefined, 'many have no page')
  const selected = { key: '1', index: 0, pid: 1, comm: 'init' }
  const byPanel = { ...narrowed.byPanel, [WAITS]: { mode: 'chains', selected } }
  t.like(besidePanel({ ...narrowed, byPanel }, WAITS), { pid: 1, comm: 'init' })
  t.is(splitForDetail({ ...narrowed, byPanel }, WAITS, { ...body, width: 179 }).detail, undefined)
  t.truthy(splitForDetail({ ...narrowed, byPanel }, WAITS, body).detail)
})
