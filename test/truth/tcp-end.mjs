// One end of TCP sessions that carry known numbers of bytes, told what to do by messages; each is answered by one.
import { spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'

/** @typedef {import('node:net').Socket} Socket */

/** What a server does with a session: answers what it got with so many bytes, or leaves it to another process, which
 * inherits or is passed the socket.
 * @type {Record<string, (socket: Socket, bytes: number) => void>} */
const serve = {
  answer: (socket, bytes) => void socket.resume().on('end', () => socket.end(Buffer.alloc(bytes))),
  inherited: (socket) => {
    const { pid } = spawn('sleep', ['infinity'], { stdio: [socket, 'ignore', 'ignore'] })
    socket.destroy()
    process.send?.({ pid })
  },
  passed: (socket) => {
    const child = spawn(process.execPath, [process.argv[1] ?? ''], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    child.send({ do: 'keep' }, socket)
    child.on('message', () => process.send?.({ pid: child.pid }))
  },
}

/** @param {import('node:net').NetConnectOpts} to @param {number} bytes */
const session = (to, bytes) =>
  new Promise((resolve) => {
    let received = 0
    const socket = connect(to)
    socket.on('data', (chunk) => (received += chunk.length)).on('close', () => resolve(received))
    socket.end(Buffer.alloc(bytes))
  })

/** @type {Record<string, (words: any) => void>} */
const commands = {
  listen: ({ how, host, port, bytes }) => {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: how !== 'answer' }, (socket) =>
      serve[how]?.(socket, bytes),
    )
    server.listen(port, host, () => process.send?.({ pid: process.pid }))
  },
  /** So many sessions, ten at a time. */
  exchange: async ({ host, port, bytes, sessions }) => {
    let received = 0
    for (let left = sessions; left > 0; left -= 10) {
      const some = await Promise.all(Array.from({ length: Math.min(10, left) }, () => session({ host, port }, bytes)))
      received += some.reduce((sum, each) => sum + each, 0)
    }
    process.send?.({ received })
  },
  keep: () => process.send?.({ pid: process.pid }),
  /** Stays open; writes a little at a time. */
  open: ({ host, port, writes, bytes }) => {
    const socket = connect({ host, port, noDelay: true }, () => {
      const timer = setInterval(() => {
        if (writes-- > 0) return void socket.write(Buffer.alloc(bytes))
        clearInterval(timer)
        process.send?.({ pid: process.pid })
      }, 2)
    })
    socket.on('error', () => {}) // its other end may be killed
  },
}

process.on('message', (/** @type {any} */ message) => commands[message.do]?.(message))
process.on('disconnect', () => process.exit())
