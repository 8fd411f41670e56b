// What each page means by its colours, and where a click leads: every role and place, as pictures of letters and
// places.
import test from 'ava'
import { frameText } from '../../src/app/text.ts'
import { golden } from '../helpers/golden.ts'
import { chartsText, hitsText, rolesText } from '../helpers/planes.ts'
import { fakeScreen, type ScreenOptions } from '../helpers/screen.ts'
import { fakeStackStream, type FakeStackOptions } from '../helpers/stacks.ts'

type Options = ScreenOptions & FakeStackOptions

const TICKS = 40
const SMALL = { width: 80, height: 24 }
const SMALLEST = { width: 60, height: 16 }
const WIDE = { width: 200, height: 40 }

const picture = (name: string, keys: readonly string[], options: Options = {}): void => {
  test(name, (t) => {
    const screen = fakeScreen({ ticks: TICKS, ...options })
    screen.press(...keys)
    const drawn = screen.drawn()
    // what is above and below the page is in other pictures
    const body = frameText(drawn.grid).split('\n').slice(2, -1).join('\n')
    golden(t, `roles/${name}`, [body, rolesText(drawn.grid), hitsText(drawn), chartsText(drawn)].join('\n\n'))
  })
}

/** In a recording, whose stacks are all there. */
const stacks = (name: string, keys: readonly string[], options: Options = {}): void =>
  picture(`stacks-${name}`, ['/', 'n', 'o', 'd', 'e', 'enter', 'down', 's', ...keys], {
    messages: fakeStackStream({ ticks: TICKS, ...options }),
    initial: { replay: true },
    ...options,
  })

picture('overview', ['down'])
picture('overview-small', [], SMALL)
picture('overview-shades', ['3'], { shades: true })
picture('overview-plain', [], { colour: false, unicode: false })
picture('overview-lowest', ['down', 'down'], {
  ...SMALLEST,
  initial: { panels: ['tcp', 'syscalls', 'exec', 'threads', 'time'] },
})
picture('runq', ['1', 'down'])
picture('runq-small', ['1'], SMALL)
picture('offcpu', ['2', 'down'], WIDE)
picture('block', ['3'])
picture('block-disks', ['3', 'm'])
picture('tcp', ['4'], WIDE)
picture('syscalls', ['5'], { detail: true })
picture('exec', ['6'], { exec: true, ...SMALL })
picture('time', ['a', 'down'])
picture('time-narrowed', ['1', 'down', 'enter', 'a'], { targetPid: 812 })
picture('process', ['down', 'enter'], { targetPid: 812, detail: true })
picture('process-small', ['down', 'enter', 'down'], { targetPid: 812, detail: true, ...SMALL })
picture('process-beside', ['1', 'down'], { targetPid: 812, detail: true, width: 200, height: 50 })
picture('threads', ['down', 'enter', '7'], { targetPid: 812 })
picture('help', ['?', 'down'])
picture('help-search', ['?', '/', 'k', 'e', 'y'])
picture('filter', ['/', 'n', 'o', 'd'])
picture('frozen', ['[', '[', 'down'])
picture('cost', ['c'], { cost: true })
picture('choice', ['4', 'down', 'd', 'down'])
picture('verdict', ['!', 'down'])
picture('verdict-small', ['!', 'end'], SMALL)
picture('verdict-all', ['!'], { width: 141, height: 70 })
picture('beside', ['down'], { targetPid: 812, detail: true, width: 260, height: 50 })
picture('checklists', ['C', 'down'])
picture('checklist', ['C', 'enter'])
picture('checklist-panel', ['C', 'down', 'enter'])
picture('checklist-end', ['space', 'C', 'down', 'enter', 'down'])
picture('picker-smallest', ['0', 'down', 'down'], SMALLEST)
picture('picker-none', ['0', 'x', 'y', 'z', 'q'])
picture('picker', ['0', 'down', 'down'])
picture('picker-typed', ['0', 't', 'c', 'p'], SMALL)
picture('picker-wide', ['0', 'end'], { width: 201, height: 50 })
picture('palette', ['C-p', 'down'])
picture('palette-typed', ['C-p', 's', 'o', 'r', 't'], SMALL)
picture('columns', ['1', 'o', 'down', 'space', 'down'])
picture('too-small', [], { width: 41, height: 10 })
picture('budget', ['b'])
picture('layouts', ['P'])
stacks('tree', ['down', 'down', 'left'])
stacks('tree-small', ['down'], SMALL)
stacks('icicle', ['v', 'down'])
stacks('flame', ['v', 'v'], { colour: false })
stacks('oncpu', ['m', 'v'], { mode: 'oncpu' })
stacks('now', ['m', 'm', 'down'], { mode: 'now' })
stacks('now-wide', ['m', 'm'], { mode: 'now', ...WIDE })
stacks('now-running', ['m', 'm', 'end'], { mode: 'now', width: 61, height: 21 })
stacks('icicle-smallest', ['v', 'H', 'end'], SMALLEST)
stacks('flame-smallest', ['v', 'v', 'H'], SMALLEST)
stacks('flame-end', ['v', 'v', 'H', 'end'], SMALLEST)
stacks('hostile', ['end'], { hostile: true, ...SMALLEST })
stacks('now-hostile', ['m', 'm', 'c'], { mode: 'now', hostile: true, ...SMALLEST })
stacks('long-name', ['/', 'v', 'e', 'r', 'y', 'enter', 'n'], { hostile: true, ...SMALLEST })
stacks('search', ['/', 'f', 's', 'y', 'n', 'c', 'enter', 'n'])
stacks('boxes-search', ['v', '/', 'f', 's', 'y', 'n', 'c', 'enter', 'n'])
stacks('wakers', ['W', 'end'])
