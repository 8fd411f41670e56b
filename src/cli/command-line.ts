// The table of options: help, the manual, completion and the parser have them from here.
import { Command } from 'commander'
import { SPECS } from '../engine/probes/registry.ts'
import { allPanels } from '../panels/registry.ts'
import type { PanelId } from '../panels/panel-types.ts'
import { mountsNow } from '../engine/proc/cgroups.ts'
import { hierarchyRoots } from '../engine/proc/groups.ts'
import { collectPids, parseCgroup } from './option-values.ts'

export const EXAMPLES = [
  ['probetop', 'watch, one second a tick; q quits, ? helps'],
  ['probetop 0.5', 'twice a second'],
  ['probetop -b 1 10', 'ten seconds as text'],
  ['probetop --json -n 1', 'one interval as JSON lines'],
  ['probetop -w day.gz', 'record while watching; probetop -r day.gz plays it'],
] as const

export const EXIT_STATUS = [
  [0, 'fine'],
  [1, 'failed while running or a checklist wants a look'],
  [2, 'wrong usage'],
  [4, 'cannot probe here (see --check)'],
  [5, 'bad recording'],
] as const

const AFTER_HELP = `
Examples:
${EXAMPLES.map(([command, what]) => `  ${command.padEnd(23)}${what}`).join('\n')}

Exit status: ${EXIT_STATUS.map(([code, what]) => `${code} ${what}`).join(', ')}.`

export const ABOUT = 'top for what is waiting: run queue, off-CPU, block I/O, TCP and system calls, live from BPF'

export const PANEL_IDS = allPanels(SPECS).map(({ id }) => id)

/** `output` takes what help writes; mistakes are thrown. */
export const createCommand = (output = { text: '' }): Command =>
  new Command('probetop')
    .description(ABOUT)
    .argument('[interval]', 'seconds between updates, 0.1 to 60 (default 1); also 500ms')
    .argument('[count]', 'end after so many updates')
    .option('-d, --delay <seconds>', 'the same as the first argument')
    .option('-n, --iterations <count>', 'the same as the second')
    .option('-b, --batch', 'plain text instead of the screen; so is anything but a terminal')
    .option('--json', 'the samples themselves, one JSON object a line')
    .option('-p, --pid <list>', 'only these processes: PID[,PID...]', collectPids)
    .option('--comm <name>', 'only processes of this name, as ps -o comm has it')
    .option('--cgroup <path>', 'only this control group and those below it; a container is one', (text) =>
      parseCgroup(text, hierarchyRoots(mountsNow())),
    )
    .option('-o, --output <file>', 'write batch output to a new file; - is stdout')
    .option('--panels <list>', `only these panels: ${PANEL_IDS.join(',')}`, parsePanels)
    .option(
      '--probe <file> [args]',
      'a bpftrace script as a panel: its file or name, then its $1, $2 ...; several times',
    )
    .option(
      '--tool <name> [args]',
      'a tool of bcc as a panel, such as biolatency -D; its arguments end at the next --; several times',
    )
    .option(
      '--checklist <name>',
      '60s or bcc: go through it, print what it finds (also as --json), exit 1 if that wants a look',
    )
    .option('--unsafe', 'scripts may start programs and write (bpftrace --unsafe)')
    .option('--script-memory <MB>', 'the most that scripts may take together (default 500; 0: any)')
    .option('--theme <name>', 'colours of the screen; the key t changes them, too')
    .option('--config <file>', 'settings, in place of ~/.config/probetop/config.toml')
    .option('--print-config', 'all settings with their values and what they are for')
    .option('--no-color', 'no colours (NO_COLOR does the same)')
    .option('--no-colour', 'the same')
    .option('--ascii', 'no characters beyond ASCII')
    .option('--no-mouse', 'the mouse is left to the terminal; the key M changes it, too')
    .option('-w, --record <file>', 'record everything to a new file; gzipped when it ends in .gz')
    .option('-r, --replay <file>', 'play a recording instead of probing; - is standard input')
    .option(
      '--max-overhead <percent>',
      'less detail, then sampled or counted, above so much of all CPUs (default 5; 0: any)',
    )
    .option('--check', 'say what is needed to probe, what is missing and what to do')
    .option('--yes', 'never ask (for set-up)')
    .option('--man', 'the manual page: probetop --man | man -l -')
    .option('--completion <shell>', 'completion for bash, zsh or fish, to be put where that looks for it')
    .option('-V, --version', 'versions of probetop, node, kernel and bpftrace')
    .helpOption('-h, --help', 'this text')
    .addHelpText('after', AFTER_HELP)
    .showSuggestionAfterError(false)
    .configureHelp({ helpWidth: 100 })
    .configureOutput({
      writeOut: (text) => {
        output.text += text
      },
      writeErr: () => {},
    })
    .exitOverride()

function parsePanels(list: string): PanelId[] {
  return list.split(',').map((name) => name.trim())
}
