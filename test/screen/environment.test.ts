import test from 'ava'
import { detectEnvironment, suitingTheme } from '../../src/screen/environment.ts'

const colours = (term: string) => detectEnvironment({ TERM: term }).colours

test('terminals by name', (t) => {
  for (const term of ['xterm', 'xterm-256color', 'tmux-256color', 'screen', 'rxvt-unicode-256color']) {
    t.is(colours(term), 256, term)
  }
  for (const term of ['alacritty', 'xterm-kitty', 'xterm-ghostty', 'foot', 'xterm-direct'])
    t.is(colours(term), 16_777_216, term)
  for (const term of ['linux', 'linux-16color', 'xterm-16color']) t.is(colours(term), 16, term)
  for (const term of ['xterm-color', 'ansi', 'something']) t.is(colours(term), 8, term)
  for (const term of ['vt100', 'vt220', 'xterm-mono', 'dumb']) t.is(colours(term), 0, term)
})

test('COLORTERM promises all colours, except in screen', (t) => {
  const colours = (env: Record<string, string>) => detectEnvironment(env).colours
  t.is(colours({ TERM: 'xterm-256color', COLORTERM: 'truecolor' }), 16_777_216)
  t.is(colours({ TERM: 'xterm-256color', COLORTERM: '24bit' }), 16_777_216)
  t.is(colours({ TERM: 'xterm-256color', COLORTERM: 'yes' }), 256)
  t.is(colours({ TERM: 'screen-256color', COLORTERM: 'truecolor' }), 256)
  t.is(colours({ TERM: 'screen-256color', COLORTERM: 'truecolor', TMUX: '/tmp/tmux' }), 16_777_216)
  t.is(colours({ TERM: 'linux', COLORTERM: 'truecolor' }), 16)
  t.is(colours({ TERM: 'xterm', COLORTERM: 'truecolor', NO_COLOR: '1' }), 0)
})

test('a full-screen program needs a terminal that moves its cursor', (t) => {
  t.false(detectEnvironment({}).addressable)
  t.false(detectEnvironment({ TERM: '' }).addressable)
  t.false(detectEnvironment({ TERM: 'dumb' }).addressable)
  t.true(detectEnvironment({ TERM: 'vt100' }).addressable)
})

test('NO_COLOR counts when not empty', (t) => {
  t.is(detectEnvironment({ TERM: 'xterm', NO_COLOR: '1' }).colours, 0)
  t.is(detectEnvironment({ TERM: 'xterm', NO_COLOR: '' }).colours, 256)
  t.is(detectEnvironment({ TERM: 'xterm' }, { noColour: true }).colours, 0)
})

test('the locale: LC_ALL over LC_CTYPE over LANG', (t) => {
  const unicode = (env: Record<string, string>) => detectEnvironment({ TERM: 'xterm', ...env }).unicode
  t.true(unicode({ LANG: 'en_GB.UTF-8' }))
  t.true(unicode({ LANG: 'C.utf8' }))
  t.false(unicode({ LANG: 'en_GB.UTF-8', LC_ALL: 'C' }))
  t.false(unicode({ LANG: 'en_GB.UTF-8', LC_CTYPE: 'POSIX' }))
  t.true(unicode({ LANG: 'C', LC_CTYPE: 'C.UTF-8' }))
  t.true(unicode({ LANG: 'C.UTF-8', LC_ALL: '' }))
  t.false(unicode({}))
  t.false(detectEnvironment({ TERM: 'xterm', LANG: 'C.UTF-8' }, { ascii: true }).unicode)
})

test('a light background, where the environment tells', (t) => {
  const light = (value?: string) =>
    detectEnvironment({ TERM: 'rxvt', ...(value === undefined ? {} : { COLORFGBG: value }) }).light
  t.true(light('0;15'))
  t.true(light('0;default;7'))
  t.false(light('15;0'))
  for (const nothing of [undefined, '', 'default;default', '0;']) t.is(light(nothing), undefined)
})

test('the terminal is asked only where it understands, and colours are used', (t) => {
  const answers = (env: Record<string, string>) => detectEnvironment(env).answers
  for (const term of ['xterm-256color', 'tmux-256color', 'screen-256color', 'alacritty', 'foot'])
    t.deepEqual(answers({ TERM: term }), { light: true, colours: !term.startsWith('screen') }, term)
  for (const term of ['linux', 'vt100', 'dumb', 'ansi', 'cygwin', 'eterm-color', ''])
    t.deepEqual(answers({ TERM: term }), { light: false, colours: false }, term)
  t.deepEqual(answers({ TERM: 'xterm-256color', NO_COLOR: '1' }), { light: false, colours: false })
  t.true(answers({ TERM: 'screen-256color', TMUX: '/tmp/x,1,0' }).colours)
})

test('the theme that suits', (t) => {
  t.is(suitingTheme({ colours: 256, light: undefined }), 'dark')
  t.is(suitingTheme({ colours: 256, light: true }), 'light')
  t.is(suitingTheme({ colours: 16, light: true }), 'tty')
  t.is(suitingTheme({ colours: 0, light: false }), 'dark')
})
