// Which probes and panels there are is told by panels/ and by what probes say of themselves: who draws, narrows or asks for them
// knows none by its name. Read from the lines.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { SPECS } from '../src/engine/probes/registry.ts'
import { allPanels } from '../src/panels/registry.ts'
import { ROOT } from '../src/paths.ts'

const SRC = join(ROOT, 'src')
const IDS = [...new Set([...allPanels(SPECS), ...SPECS].map(({ id }) => id))]

/** Where panels and probes are made; the engine's loop and guard are not such. */
const MADE_IN = /^(panels\/|engine\/(probes\/|own-probes\.ts$)|namer\/|stream\/)/

/** Who knows some all the same, and why. */
const EXCEPTIONS: readonly (readonly [file: RegExp, why: string])[] = [
  [/^app\/(verdict|checklist)\//, 'a rule or step says of which probe its figure is, and which panel it leads to'],
  [/^app\/process\//, 'the page of a process has a section for each of these probes'],
  [/^app\/layouts\.ts$/, 'what belongs together is a choice, not a property of a probe'],
  [/^(app\/draw\/snapshot|source\/snapshot-file)\.ts$/, 'the list of new processes is kept whole, by name'],
  [
    /^app\/(probes\/status|draw\/verdict-past)\.ts$/,
    'the scheduler sees every process: what others have is held, and when there were figures at all',
  ],
  [
    /^app\/(draw\/stacks|stacks\/(page|keys)|probes\/wanted|narrowing)\.ts$/,
    '`offcpu` is a mode of the page of stacks',
  ],
  [/^engine\/native\/stacks-probe\.ts$/, '`offcpu` is a mode of stacks'],
  [/^engine\/proc\/io-limits\.ts$/, 'limits have disks, too'],
  [/^model\//, 'tables, states and kinds of waits have such names, too'],
  [/^screen\/pprof\.ts$/, 'types of samples as pprof calls them'],
  [/^cli\/config\/settings\.ts$/, 'an example in what is said of a mistake'],
]

/** Words that are the name of something else as well: they count beside the word panel only. */
const COMMON = ['threads', 'time', 'memory', 'kernel', 'files', 'names', 'network', 'waits', 'processes']

const literal = (ids: readonly string[]): string => `['"\`](?:${ids.join('|')})['"\`]`
const BY_NAME = new RegExp(literal(IDS.filter((id) => !COMMON.includes(id))))
const AS_PANEL = new RegExp(
  `[pP]anel\\w*.*${literal(IDS)}|byPanel\\??\\.(?:${IDS.join('|')})\\b|${literal(IDS)} as \\w+Id\\b`,
)

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !MADE_IN.test(file),
)

const namedIn = (file: string): string[] =>
  readFileSync(join(SRC, file), 'utf8')
    .split('\n')
    .filter((line) => !line.trim().startsWith('//') && (BY_NAME.test(line) || AS_PANEL.test(line)))

test('no probe or panel is known by its name but where they are made', (t) => {
  for (const file of files.filter((each) => !EXCEPTIONS.some(([pattern]) => pattern.test(each))))
    t.deepEqual(namedIn(file), [], file)
})

test('the patterns find what they are for, and each exception is needed', (t) => {
  for (const line of [
    "panel.id === 'threads'",
    'state.byPanel.runq.mode',
    "['runq', 'offcpu']",
    "panelIn(state, 'time')",
  ])
    t.true(BY_NAME.test(line) || AS_PANEL.test(line), line)
  t.false(BY_NAME.test("kind === 'kernel'") || AS_PANEL.test("kind === 'kernel'"))
  for (const [pattern, why] of EXCEPTIONS)
    t.true(
      files.some((file) => pattern.test(file) && namedIn(file).length > 0),
      why,
    )
})
