// What a running probetop holds: objects of the kernel, open files and memory of the engine and of the screen.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { sleepMs } from '../helpers/workload.ts'
import { pssKib } from './processes.ts'

const MIB = 2 ** 20
const HEAP_WITHIN_MS = 10_000

/** One reading, named as the bench prints it. The collection comes last: memory is what a user would see. */
export const holdings = async (screen: number, engine: number, heapFile: string): Promise<Record<string, number>> => {
  const objects = await keptObjects(engine)
  const count = (kind: string): number => objects.filter((id) => id.startsWith(kind)).length
  return {
    programs: count('prog'),
    maps: count('map'),
    links: count('link'),
    'engine files': descriptors(engine),
    'screen files': descriptors(screen),
    'engine RSS MB': rssMib(engine),
    'engine PSS MB': pssKib(engine) / 1024,
    'screen RSS MB': rssMib(screen),
    'screen PSS MB': pssKib(screen) / 1024,
    'screen heap MB, collected': (await collectedHeap(screen, heapFile)) / MIB,
  }
}

/** Numbers of the programs, maps and links a process holds, without what lives for the length of one reading only. */
export const keptObjects = async (pid: number): Promise<string[]> => {
  let kept = objectsOf(pid)
  for (let i = 0; i < 4; i++) {
    await sleepMs(70)
    const now = new Set(objectsOf(pid))
    kept = kept.filter((id) => now.has(id))
  }
  return kept.sort()
}

const objectsOf = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fdinfo`).flatMap((fd) => {
    try {
      return readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8').match(/^(?:prog|map|link)_id:\s*\d+/gm) ?? []
    } catch {
      return [] // closed meanwhile
    }
  })

const descriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length

const rssMib = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

const collectedHeap = async (pid: number, file: string): Promise<number> => {
  rmSync(file, { force: true })
  process.kill(pid, 'SIGUSR2')
  const end = performance.now() + HEAP_WITHIN_MS
  while (!existsSync(file)) {
    if (performance.now() > end) throw new Error('the screen does not say what its heap has')
    await sleepMs(20)
  }
  return (JSON.parse(readFileSync(file, 'utf8')) as NodeJS.MemoryUsage).heapUsed
}
