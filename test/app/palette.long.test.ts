// Every entry of the palette, on every page.
import test from 'ava'
import { viewIn } from '../../src/app/state.ts'
import { paletteItems } from '../../src/app/keys/palette-items.ts'
import { open } from './opened-palette.ts'

test('every entry of it can be done on every page, and leaves a screen', (t) => {
  for (const keys of [[], ['2'], ['s'], ['!'], ['down', 'enter']]) {
    const opened = open(...keys)
    const { length } = paletteItems(opened.state, viewIn(opened.state, opened.store))
    t.true(length > 40)
    for (let at = 0; at < length; at++) {
      const screen = open(...keys)
      screen.state = { ...screen.state, palette: { ...screen.state.palette!, at } }
      screen.press('enter')
      t.is(screen.state.palette, undefined)
      t.true(screen.text().length > 1000)
    }
  }
})
