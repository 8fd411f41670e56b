import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { ROLES, type Role } from '../../src/app/types.ts'
import { THEMES } from '../../src/paths.ts'
import { parseColour, reduceColour, rgbOf } from '../../src/screen/colours.ts'
import { ThemeError, attributesOf, loadTheme, parseTheme, themeNames } from '../../src/screen/theme.ts'

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
})

test('a theme file that is no JSON names the file', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'themes-'))
  writeFileSync(join(folder, 'torn.json'), '{"roles":')
  t.regex(t.throws(() => loadTheme(folder, 'torn'))!.message, /torn\.json: /)
  t.is(t.throws(() => loadTheme(folder, 'tron'))!.message, 'no theme "tron", did you mean torn?')
  t.deepEqual(themeNames(join(folder, 'nowhere')), [])
})

test('the themes that come with the program', (t) => {
  t.deepEqual(themeNames(THEMES), ['colourblind', 'dark', 'light', 'tty'])
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

const lightness = (colour: number): number => {
  const [red, green, blue] = rgbOf(colour)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

test('heat gets steadily lighter on dark and darker on light', (t) => {
  for (const [name, sign] of [
    ['dark', 1],
    ['colourblind', 1],
    ['light', -1],
  ] as const) {
    const steps = ROLES.filter((role) => role.startsWith('heat')).map((role) =>
      lightness(loadTheme(THEMES, name).roles[role].fg),
    )
    steps.slice(1).forEach((step, i) => t.true((step - steps[i]!) * sign > 0, `${name}: heat${i + 2}`))
  }
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
  t.is(parseColour('#ff0000'), 196)
  t.is(parseColour('#1c1c1c'), 234)
  t.is(parseColour('#12'), undefined)
  t.is(parseColour('brightgrey'), undefined)
})

test('fewer colours: the nearest of them', (t) => {
  t.is(reduceColour(196, 16), 9)
  t.is(reduceColour(9, 8), 1)
  t.is(reduceColour(231, 16), 15)
  t.is(reduceColour(196, 256), 196)
  t.is(reduceColour(-1, 8), -1)
  t.is(reduceColour(3, 8), 3)
})
