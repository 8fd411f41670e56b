// Completion for bash, zsh and fish, made from the table of options. Names of processes and control groups are anybody's:
// they are compared and quoted as they are, never given to the shell to expand.
import type { OptionInfo, Shell, Values } from './options.ts'

export const completionFor = (shell: Shell, options: readonly OptionInfo[]): string => WRITERS[shell](options)

/** What the shell runs when it is asked; a line a value. */
const FOUND_BY: Readonly<Record<Exclude<Values['are'], 'words' | 'files'>, string>> = {
  processes: 'ps -eo comm= | sort -u',
  pids: 'ps -eo pid= | tr -d " "',
  // of all hierarchies, each from its own root
  cgroups:
    'while read -r _ root kind _; do case $kind in (cgroup|cgroup2) find "$root" -mindepth 1 -maxdepth 4 -type d -printf "/%P\\n" 2>/dev/null ;; esac; done </proc/self/mounts | sort -u',
}

/** Sentences of several lines become one. */
const sentence = (text: string): string => text.replaceAll(/\s+/g, ' ')
const bare = (value: string): string => value.replaceAll(/[<>]/g, '')
const isFile = (values: Values | undefined): boolean =>
  values?.are === 'files' || (values?.are === 'words' && values.files === true)

/** `_probetop_offer` takes a line a word, so that nothing is expanded; before the last comma of a list all stays. */
const bash = (options: readonly OptionInfo[]): string => {
  const words = (list: readonly string[]): string => `printf '%s\\n' ${list.join(' ')}`
  const offers = (values: Values | undefined): string[] => [
    ...(isFile(values) ? ['_probetop_files'] : []),
    ...(!values || values.are === 'files'
      ? []
      : [`_probetop_offer < <(${values.are === 'words' ? words(values.words) : FOUND_BY[values.are]})`]),
  ]
  const cases = options
    .filter(({ value }) => value !== undefined)
    .map(({ names, values }) => `    ${names.join('|')}) ${[...offers(values), 'return'].join('; ')} ;;`)
  return `# probetop: completion for bash, to be put into /etc/bash_completion.d
_probetop_offer() {
  local before= part=$cur word
  if [[ $cur == *,* ]]; then before=\${cur%,*}, part=\${cur##*,}; fi
  while IFS= read -r word; do
    [[ $word == "$part"* ]] && COMPREPLY+=("$before$(printf %q "$word")")
  done
}
_probetop_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}
_probetop() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case $prev in
${cases.join('\n')}
  esac
  _probetop_offer < <(${words(options.flatMap(({ names }) => names))})
}
complete -F _probetop probetop
`
}

const zsh = (options: readonly OptionInfo[]): string => {
  const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
  const escaped = (text: string): string => sentence(text).replaceAll(/[[\]:\\]/g, (char) => `\\${char}`)
  const action = (value: string, values: Values | undefined): string => {
    if (!values) return ' '
    if (values.are === 'files') return '_files'
    if (values.are !== 'words') return `_probetop_${values.are}`
    const words = values.words.join(' ')
    return values.list ? `_values -s , ${value} ${words}` : values.files ? `{compadd ${words}; _files}` : `(${words})`
  }
  const lines = options.flatMap(({ names, value, help, values }) => {
    const takes = value === undefined ? '' : `:${escaped(bare(value))}:${action(bare(value), values)}`
    return names.map((name) => `    ${quoted(`${name}[${escaped(help)}]${takes}`)}`)
  })
  const finders = Object.entries(FOUND_BY).map(
    ([are, command]) => `_probetop_${are}() { local -a found; found=("\${(@f)$(${command})}"); compadd -a found }`,
  )
  return `#compdef probetop
# probetop: completion for zsh, to be put as _probetop into a folder of $fpath
${finders.join('\n')}
_arguments -s \\
${lines.join(' \\\n')} \\
    '1:seconds between updates: ' '2:number of updates: '
`
}

const fish = (options: readonly OptionInfo[]): string => {
  const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`
  const offers = (values: Values | undefined): string[] => {
    if (!values || values.are === 'files') return []
    if (values.are === 'words') {
      const words = values.words.join(' ')
      // before the last comma of a list all stays
      const before = `(commandline -ct | string replace -r '[^,]*$' '')`
      return ['-a', quoted(values.list ? `(for word in ${words}; printf '%s%s\\n' ${before} $word; end)` : words)]
    }
    // fish has no && of sh in old versions
    return ['-a', quoted(`(sh -c ${quoted(FOUND_BY[values.are])})`)]
  }
  const lines = options.map(({ names, value, help, values }) => {
    const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
    const takes = value === undefined ? [] : isFile(values) ? ['-r', '-F'] : ['-x']
    return ['complete -c probetop', ...flags, ...takes, ...offers(values), '-d', quoted(sentence(help))].join(' ')
  })
  return `# probetop: completion for fish, to be put into ~/.config/fish/completions/probetop.fish
complete -c probetop -f
${lines.join('\n')}
`
}

const WRITERS: Record<Shell, (options: readonly OptionInfo[]) => string> = { bash, zsh, fish }
