// Attaches empty programs until its input ends: node --import=tsx test/bench/empty.ts OBJECT HOOK...
import { loadObject } from '../../src/engine/native/object.ts'

const [path, ...hooks] = process.argv.slice(2)
const object = loadObject(path!, { programs: (name) => hooks.includes(name) })
const absent = hooks.filter((hook) => !object.programFds().has(hook))
if (absent.length > 0) throw new Error(`no empty program for ${absent.join(', ')}`)
object.attach()
process.stdin.resume().once('end', () => process.exit())
