// A namer: looks up the names of functions for the engine, under the user whose processes they are of. Reads questions
// from stdin, writes answers to stdout, and ends when its input does, with the engine. Arguments: user, group, process
// of the engine, and `plain` where it looks at processes of others; or `offset NAME`, where it only says where that function
// begins in the file that it is given as descriptor 3.
import { createJobs } from './base/jobs.ts'
import { confine } from './confine.ts'
import { openFiles } from './code-files.ts'
import { functionOffset } from './function-offset.ts'
import { bytesOfFile } from './plain-file.ts'
import { encodeAnswer } from './protocol.ts'
import type { Answer, Hello, Question } from './protocol.ts'
import { createService } from './service.ts'
import { readVdso } from './vdso.ts'
import { splitLines } from '../stream/line-splitter.ts'

/** Lines of maps of run-time code that are kept, of all processes together. */
const MOST_JIT_LINES = 2_000_000

const serve = (plain: boolean, vdso: ReturnType<typeof readVdso>): void => {
  const send = (answer: Answer): void => void process.stdout.write(encodeAnswer(answer))
  const givenUp = new Set<string>()
  const jobs = createJobs(
    givenUp,
    (what) => send({ is: 'doing', what }),
    () => setImmediate(() => service.again()), // once whoever waited for it knows
  )
  const onLeftOut = (module: string, why: string): void =>
    send({ is: 'said', text: `names of ${module} are left out: ${why}` })
  const files = openFiles({
    jobs,
    onLeftOut: (module, why) => send({ is: 'said', text: `inlined functions of ${module} are left out: ${why}` }),
    vdso,
    plain,
  })
  const service = createService({ files, jobs, jitBudget: { lines: MOST_JIT_LINES }, onLeftOut }, send)
  const lines = splitLines({
    onLine(line) {
      const said = JSON.parse(line) as Hello | Question
      if ('givenUp' in said) for (const what of said.givenUp) givenUp.add(what)
      else service.ask(said)
    },
  })
  process.stdin.on('data', (chunk: Buffer) => lines.push(chunk))
  process.stdin.on('end', () => process.exit())
  process.stdin.on('error', () => process.exit())
  process.stdout.on('error', () => process.exit())
}

process.title = 'probetop-namer'
const GIVEN = 3

const run = async ([uid, gid, parent, what, name = '']: readonly string[]): Promise<void> => {
  // while it may be read: of a process that has changed its user it is root's
  const vdso = what === 'offset' ? undefined : readVdso()
  await confine(Number(uid), Number(gid), Number(parent))
  if (what !== 'offset') return serve(what === 'plain', vdso)
  const offset = await functionOffset(bytesOfFile(GIVEN).bytes, name)
  process.stdout.write(`${offset ?? ''}\n`)
}

run(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`probetop-namer: ${error.message}\n`)
  process.exit(3)
})
