// `npm run bench`: what probetop costs, beside its peers, on this machine, in one run. Prints tables (Markdown), and
// with `--json FILE` writes the figures for comparison between versions. Needs root and a machine with nothing else to
// do. `--rounds N` (default 5) for the kernel part.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { kernelCosts } from './kernel.ts'
import { footprint, keyToFrame, launch, versions } from './whole.ts'

const { values: options } = parseArgs({
  options: { json: { type: 'string' }, rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '30' } },
})

const header = versions()
console.log(`${header}\n`)

const costs = await kernelCosts(Number(options.rounds))
const bare = costs[0]!
const added = (name: string): { call: number; trip: number } => {
  const cost = costs.find((one) => one.name === name)!
  return cost.missing ? { call: NaN, trip: NaN } : { call: cost.getppidNs - bare.getppidNs, trip: cost.roundTripNs - bare.roundTripNs }
}
console.log('| with | ns a system call | added | ns a pipe round trip | added |\n|---|---|---|---|---|')
for (const cost of costs) {
  if (cost.missing) console.log(`| ${cost.name} | not installed: ${cost.missing} | | | |`)
  else {
    const { call, trip } = added(cost.name)
    console.log(
      `| ${cost.name} | ${cost.getppidNs.toFixed(0)} ±${cost.getppidSpreadNs.toFixed(0)} | ${call.toFixed(0)} ` +
        `| ${cost.roundTripNs.toFixed(0)} ±${cost.roundTripSpreadNs.toFixed(0)} | ${trip.toFixed(0)} |`,
    )
  }
}
const ours = added('probetop')
const ratios = {
  callToSyscount: ours.call / added('syscount').call,
  callToBpftrace: ours.call / added('bpftrace by (id, pid, comm)').call,
  tripToFive: ours.trip / added('five libbpf-tools').trip,
}

const started = await launch()
const idle = await footprint(Number(options.seconds))
const keys = await keyToFrame(200)

const rows: [string, string, string][] = [
  ['added to a system call, of syscount', ratios.callToSyscount.toFixed(2), '0.65'],
  ['added to a system call, of bpftrace by (id, pid, comm)', ratios.callToBpftrace.toFixed(2), '0.35'],
  ['added to a round trip, of five libbpf-tools', ratios.tripToFive.toFixed(2), '0.15'],
  ['memory of the whole tree (PSS)', `${(idle.pssKib / 1024).toFixed(0)} MB`, '140 MB'],
  ['CPU of the whole tree, idle machine', `${idle.cpuPercent.toFixed(1)} %`, '2 %'],
  ['launch to first frame', `${started.firstFrameMs.toFixed(0)} ms`, '1000 ms'],
  ['launch to data in all five panels', `${started.allDataMs.toFixed(0)} ms`, '1000 ms'],
  ['written to the terminal, idle', `${(idle.bytesPerSecond / 1024).toFixed(1)} KB/s`, ''],
  'missing' in keys
    ? ['key to frame under load', `not installed: ${keys.missing}`, '']
    : ['key to frame under load, p50 / p99', `${keys.p50Ms.toFixed(1)} / ${keys.p99Ms.toFixed(1)} ms`, '50 ms'],
]
console.log('\n| figure | measured | wanted at most |\n|---|---|---|')
for (const row of rows) console.log(`| ${row.join(' | ')} |`)
console.log('\n| process | PSS | CPU |\n|---|---|---|')
for (const { name, pssKib, cpuPercent } of idle.byProcess) {
  console.log(`| ${name} | ${(pssKib / 1024).toFixed(1)} MB | ${cpuPercent.toFixed(1)} % |`)
}
if (options.json !== undefined) {
  writeFileSync(options.json, `${JSON.stringify({ machine: header, costs, ratios, started, idle, keys }, null, 1)}\n`)
}
