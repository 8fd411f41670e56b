import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { HEAT_P99, HEAT_STEPS, heatCell } from '../../src/app/app-types.ts'
import { ROLES, type Role } from '../../src/panels/panel-types.ts'
import { THEMES } from '../../src/paths.ts'
import { BOLD, paletteOf, partsOf } from '../../src/screen/attributes.ts'
import { ALL_COLOURS, DEFAULT_COLOUR, parseColour, reduceColour, rgbOf } from '../../src/screen/colours.ts'
import { lightnessOf, rampOf } from '../../src/screen/ramp.ts'
import { ThemeError, attributesOf, heatRamp, loadTheme, parseTheme, themeNames } from '../../src/screen/theme.ts'

const roles = (changes: Record<string, unknown> = {}) => ({
  ...Object.fromEntries(ROLES.map((role) => [role, '7'])),
  ...changes,
})
const attribute = (theme: ReturnType<typeof parseTheme>, role: Role, colours = 256) => {
  const value = attributesOf(theme, colours)[ROLES.indexOf(role)]!
  return { flags: value >> 18, fg: (value >> 9) & 0x1ff, bg: value & 0x1ff }
}

test('a role is foreground, background and weight', (t) => {
  const theme = parseTheme('x', { roles: roles({ title: 'brightRed on #000080 bold underline', text: 'default' }) })
  t.deepEqual(attribute(theme, 'title'), { flags: 3, fg: 9, bg: 18 })
  t.deepEqual(attribute(theme, 'text'), { flags: 0, fg: 0x1ff, bg: 0x1ff })
})

test('the background of the theme is for roles that name none', (t) => {
  const theme = parseTheme('x', { background: 233, roles: roles({ title: '1 on 2' }) })
  t.is(attribute(theme, 'text').bg, 233)
  t.is(attribute(theme, 'title').bg, 2)
})

test('what is wrong is named, with the nearest spelling', (t) => {
  const wrong = (json: unknown) => t.throws(() => parseTheme('x', json), { instanceOf: ThemeError })!.message
  t.is(wrong({ roles: roles({ tilte: '1' }) }), 'unknown role "tilte", did you mean title?')
  t.is(wrong({ roles: roles({ title: undefined }) }), 'role "title" is missing')
  t.is(wrong({ roles: roles({ title: 'redd' }) }), 'role "title": "redd" is no colour')
  t.is(wrong({ roles: roles({ title: '256' }) }), 'role "title": "256" is no colour')
  t.is(wrong({}), '"roles" is missing')
  t.is(wrong(null), '"roles" is missing')
  t.is(wrong({ background: 'nothing', roles: roles() }), '"background": "nothing" is no colour')
  t.is(wrong({ heat: ['#000000'], roles: roles() }), '"heat" is no list of 2 to 16 colours')
  t.is(wrong({ heat: ['#000000', 'red'], roles: roles() }), '"heat": "red" is no colour as #rrggbb')
})

test('a theme file that is no JSON names the file', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'themes-'))
  writeFileSync(join(folder, 'torn.json'), '{"roles":')
  t.regex(t.throws(() => loadTheme(folder, 'torn'))!.message, /torn\.json: /)
  t.is(t.throws(() => loadTheme(folder, 'tron'))!.message, 'no theme "tron", did you mean torn?')
  t.deepEqual(themeNames(join(folder, 'nowhere')), [])
  const none = t.throws(() => loadTheme(join(folder, 'nowhere'), 'dark'))!.message
  t.regex(none, /^no themes in .*nowhere: install the package again/)
})

test('the themes that come with the program', (t) => {
  t.deepEqual(themeNames(THEMES), [
    'colourblind',
    'colourblind-light',
    'contrast',
    'dark',
    'dusk',
    'light',
    'paper',
    'tty',
  ])
  for (const name of themeNames(THEMES)) {
    const theme = loadTheme(THEMES, name)
    t.truthy(theme.about)
    for (const role of ROLES.filter((role) => !role.startsWith('heat'))) {
      for (const colours of [256, 16, 8]) {
        const { fg, bg } = attribute(theme, role, colours)
        t.true(fg !== bg || fg === 0x1ff, `${name}: ${role} with ${colours} colours cannot be read`)
      }
    }
    const steps = ROLES.filter((role) => role.startsWith('heat')).map((role) => attribute(theme, role).fg)
    t.is(new Set(steps).size, 8, `${name}: all steps of heat differ`)
  }
})

test('the theme for 16 colours uses no other', (t) => {
  for (const style of Object.values(loadTheme(THEMES, 'tty').roles)) {
    t.true(style.fg < 16 && style.bg < 16)
  }
})

const shipped = themeNames(THEMES).map((name) => loadTheme(THEMES, name))

test('heat gets steadily lighter on dark and darker on light, in sixteen and in all colours', (t) => {
  for (const theme of shipped) {
    const sign = /light|paper/.test(theme.name) ? -1 : 1
    for (const colours of [256, ALL_COLOURS]) {
      const ramp = [...new Set(heatRamp(theme, colours))]
      t.is(ramp.length, colours > 256 && theme.heat.length > 0 ? HEAT_STEPS : 8, theme.name)
      ramp
        .slice(1)
        .forEach((step, i) =>
          t.true((lightnessOf(step) - lightnessOf(ramp[i]!)) * sign > 0, `${theme.name}: step ${i + 2} of ${colours}`),
        )
    }
  }
})

test('a single event can be seen: the first step of heat stands out from the ground', (t) => {
  for (const theme of shipped.filter(({ heat }) => heat.length > 0)) {
    const ground = theme.roles.text.bg === DEFAULT_COLOUR ? parseColour('231')! : theme.roles.text.bg
    t.true(contrast(heatRamp(theme, ALL_COLOURS)[0]!, ground) >= 1.2, theme.name)
  }
})

test('steps of a ramp are as far apart as the eye sees them', (t) => {
  const ramp = rampOf([parseColour('#000000')!, parseColour('#ffffff')!], 11).map(lightnessOf)
  ramp.forEach((lightness, step) => t.true(Math.abs(lightness - step / 10) < 0.01, String(step)))
  const through = [parseColour('#1d2b64')!, parseColour('#e0503f')!, parseColour('#fff0b0')!]
  const steps = rampOf(through, 16)
  t.is(steps[0], through[0])
  t.is(steps.at(-1), through[2])
})

/** As WCAG 2 has it: from 1 to 21. */
const contrast = (one: number, other: number): number => {
  const light = (colour: number): number => {
    const [red, green, blue] = rgbOf(colour).map((value) => {
      const share = value / 255
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    }) as [number, number, number]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [darker, lighter] = [light(one), light(other)].sort((a, b) => a - b) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

/** Lines are told from the ground, words are read. */
const leastContrast = (role: Role): number => (role === 'border' ? 2 : 4.5)

test('every role can be read, in all colours and in 256', (t) => {
  for (const theme of shipped) {
    for (const colours of [ALL_COLOURS, 256]) {
      for (const role of ROLES.filter((each) => !each.startsWith('heat'))) {
        const { fg, bg } = theme.roles[role]
        if (fg === DEFAULT_COLOUR) continue // the terminal's own pair
        const ground = bg === DEFAULT_COLOUR ? parseColour(theme.name === 'light' ? '231' : '16')! : bg
        const found = contrast(reduceColour(fg, colours), reduceColour(ground, colours))
        t.true(found >= leastContrast(role), `${theme.name}: ${role} has ${found.toFixed(2)} in ${colours} colours`)
      }
    }
  }
})

test('a cell of heat: two shades, drawn as its upper half, or as its lower one where the upper is none', (t) => {
  const theme = loadTheme(THEMES, 'dark')
  const all = attributesOf(theme, ALL_COLOURS)
  const ramp = heatRamp(theme, ALL_COLOURS)
  t.deepEqual(partsOf(all[heatCell(1, 16)]!), { flags: 0, fg: ramp[0], bg: ramp[15] })
  t.deepEqual(partsOf(all[heatCell(0, 3)]!), { flags: 0, fg: ramp[2], bg: 233 })
  t.deepEqual(partsOf(all[heatCell(HEAT_P99, 0)]!), { flags: 0, fg: 114, bg: 233 })
  const some = attributesOf(theme, 256)
  t.deepEqual(paletteOf(some[heatCell(1, 16)]!), { fg: 17, bg: 229 })
  t.is(attributesOf(theme, 16).length, ROLES.length, 'there are none where colours are few')
})

test('other colours than those of the palette are the same number each time, and have a nearest one in it', (t) => {
  const theme = parseTheme('x', { background: '#101820', roles: roles({ title: '#ff0000 bold' }) })
  const [first, again] = [attributesOf(theme, ALL_COLOURS), attributesOf(theme, ALL_COLOURS)]
  t.deepEqual(first, again)
  const title = first[ROLES.indexOf('title')]!
  t.deepEqual(partsOf(title), { flags: BOLD, fg: ALL_COLOURS + 0xff0000, bg: ALL_COLOURS + 0x101820 })
  t.deepEqual(paletteOf(title), { fg: 196, bg: 234 })
})

test('without colours weight and reverse remain', (t) => {
  const theme = loadTheme(THEMES, 'dark')
  for (const role of ROLES) {
    const { fg, bg } = attribute(theme, role, 0)
    t.is(fg, 0x1ff)
    t.is(bg, 0x1ff)
  }
  t.is(attribute(theme, 'selection', 0).flags, 8)
})

test('colours by name, number and hex', (t) => {
  t.is(parseColour('default'), -1)
  t.is(parseColour('brightWhite'), 15)
  t.is(parseColour('gray'), 8)
  t.is(parseColour('255'), 255)
  t.is(reduceColour(parseColour('#ff0000')!, 256), 196)
  t.is(reduceColour(parseColour('#1c1c1c')!, 256), 234)
  t.deepEqual(rgbOf(parseColour('#12ab9f')!), [18, 171, 159])
  t.is(parseColour('#12'), undefined)
  t.is(parseColour('brightgrey'), undefined)
})

test('fewer colours: the nearest of them', (t) => {
  t.is(reduceColour(196, 16), 9)
  t.is(reduceColour(9, 8), 1)
  t.is(reduceColour(231, 16), 15)
  t.is(reduceColour(196, 256), 196)
  t.is(reduceColour(parseColour('#ff0000')!, 16), 9)
  t.is(reduceColour(-1, 8), -1)
  t.is(reduceColour(3, 8), 3)
})
