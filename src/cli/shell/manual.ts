// The manual page, made from the tables of options and keys: probetop --man | man -l -
import { KEY_SECTIONS, KEYS, keyName } from '../../app/keys/keymap.ts'
import type { OptionInfo } from './options.ts'

interface Manual {
  version: string
  /** One sentence. */
  about: string
  options: readonly OptionInfo[]
  examples: readonly (readonly [command: string, what: string])[]
  exitStatus: readonly (readonly [code: number, what: string])[]
}

/** A line of text: no request, no escape of its own. */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '...')
    // lists without spaces may be broken there
    .replaceAll(/,(?=\S)/g, ',\\:')
    .replaceAll(/^([.'])/gm, '\\&$1')

const section = (name: string, ...lines: readonly string[]): string => [`.SH ${name}`, ...lines].join('\n')
const entry = (head: string, text: string): string => `.TP\n${head}\n${plain(text)}`
const bold = (text: string): string => `\\fB${plain(text)}\\fR`
const italic = (text: string): string => `\\fI${plain(text)}\\fR`

export const manualPage = ({ version, about, options, examples, exitStatus }: Manual): string =>
  [
    `.TH PROBETOP 1 "" "probetop ${version}" "User Commands"`,
    section('NAME', `probetop \\- ${plain(about)}`),
    section('SYNOPSIS', `${bold('probetop')} [${italic('options')}] [${italic('interval')} [${italic('count')}]]`),
    section(
      'DESCRIPTION',
      plain(
        'Shows which process, thread and stack waits, and on what: run queue, off-CPU time, block I/O, TCP sessions',
      ),
      plain(
        'and system calls, measured by BPF programs in the kernel and drawn in the terminal. Without rights it shows',
      ),
      plain('what /proc tells.'),
      '.PP',
      `${italic('interval')} are the seconds between updates, 0.1 to 60 (default 1). After ${italic('count')} updates it ends.`,
    ),
    section('OPTIONS', ...options.map(({ names, value, help }) => entry(headOf(names, value), help))),
    section(
      'KEYS',
      ...KEY_SECTIONS.flatMap(({ title, where }) => [
        `.SS ${plain(title)}`,
        ...KEYS.filter((key) => where.includes(key.where)).map(({ keys, help }) =>
          entry(keys.map((key) => bold(keyName(key))).join(', '), help),
        ),
      ]),
    ),
    section(
      'ENVIRONMENT',
      entry(bold('NO_COLOR'), 'where it is not empty, no colours'),
      entry(bold('COLORTERM'), 'truecolor: the terminal has all colours'),
      entry(bold('LC_ALL, LC_CTYPE, LANG'), 'without UTF-8 in them, no characters beyond ASCII'),
      entry(bold('XDG_CONFIG_HOME, XDG_STATE_HOME'), 'in place of ~/.config and ~/.local/state'),
    ),
    section(
      'FILES',
      entry(bold('~/.config/probetop/config.toml'), 'settings; --print-config writes all of them'),
      entry(bold('~/.config/probetop/probes, /etc/probetop/probes'), 'bpftrace scripts that become panels'),
      entry(bold('~/.config/probetop/themes'), 'colours of your own'),
    ),
    section('EXIT STATUS', ...exitStatus.map(([code, what]) => entry(bold(String(code)), what))),
    section('EXAMPLES', ...examples.map(([command, what]) => entry(bold(command), what))),
    section('SEE ALSO', 'bpftrace(8), perf(1), top(1)'),
  ].join('\n') + '\n'

const headOf = (names: readonly string[], value: string | undefined): string =>
  `${names.map(bold).join(', ')}${value === undefined ? '' : ` ${italic(value.replaceAll(/[<>]/g, ''))}`}`
