// Fetches packages of another Debian suite from the mirror that this machine uses, through a configuration of our own:
// nothing of the system's is changed, no rights are needed.
import { mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'

export const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'probetop')

interface Apt {
  /** Where packages are put. */
  folder: string
  /** Throws Error with what apt says. */
  run(command: string, ...words: string[]): Promise<string>
}

/** Of that suite; `folder` is made. */
export const aptOf = async (suite: string, folder: string): Promise<Apt> => {
  for (const name of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'sources.list'), await sourceLine(suite))
  // nothing is installed: so packages come with all that they need
  writeFileSync(join(folder, 'status'), '')
  const options = Object.entries({
    'Dir::Etc::SourceList': join(folder, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': join(folder, 'cache'),
    'APT::Sandbox::User': '',
    'APT::Install-Recommends': '0',
    'Acquire::Languages': 'none',
    'Debug::NoLocking': '1',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  const run = async (command: string, ...words: string[]): Promise<string> => {
    const { failed, stdout, stderr } = await execa(command, [...options, ...words], { cwd: folder, reject: false })
    if (failed) throw new Error(`${command}: ${/^E: .*/m.exec(stderr)?.[0] ?? stderr}`)
    return stdout
  }
  await run('apt-get', '--error-on=any', 'update')
  return { folder, run }
}

/** A line of sources.list for the suite, at the mirror that this machine has for Debian. */
const sourceLine = async (suite: string): Promise<string> => {
  const { stdout } = await execa('apt-get', [
    'indextargets',
    '--format',
    '$(ORIGIN) $(LABEL) $(COMPONENT) $(REPO_URI)',
    'Created-By: Packages',
  ])
  const mirror = /^Debian Debian main (\S+)$/m.exec(stdout)?.[1]
  if (!mirror) throw new Error('apt has no Debian mirror configured, or knows its packages not yet (apt-get update)')
  return `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} ${suite} main\n`
}
