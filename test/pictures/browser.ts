// A real browser without a window, asked through its pipe to make pictures of SVGs. Chromium of whatever name it has here.
import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

interface Browser {
  png(svg: string, width: number, height: number): Promise<Buffer>
  close(): Promise<void>
}

/** undefined where none is installed. */
export const findBrowser = (path: string = process.env['PATH'] ?? ''): string | undefined =>
  NAMES.flatMap((name) => path.split(delimiter).map((folder) => join(folder, name))).find(isProgram)

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export const openBrowser = async (program: string): Promise<Browser> => {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'))
  const isRoot = process.getuid?.() === 0
  const child = spawn(
    program,
    [
      '--headless',
      '--remote-debugging-pipe',
      `--user-data-dir=${folder}`,
      '--disable-gpu',
      '--hide-scrollbars',
      '--force-color-profile=srgb',
      // its sandbox wants another user; what it shows is of our own making
      ...(isRoot ? ['--no-sandbox'] : []),
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  )
  const ask = connect(child.stdio[3] as Writable, child.stdio[4] as Readable, (fail) => {
    child.once('error', fail)
    child.once('exit', (code) => fail(new Error(`${program} ended with ${code}`)))
  })
  const { targetId } = await ask('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true })
  const { frameTree } = await ask('Page.getFrameTree', {}, sessionId as string)
  const { id: frameId } = (frameTree as { frame: { id: string } }).frame
  return {
    png: async (svg, width, height) => {
      const page = sessionId as string
      await ask('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false }, page)
      await ask('Page.setDocumentContent', { frameId, html: `<body style="margin:0">${svg}` }, page)
      await ask('Runtime.evaluate', { expression: 'document.fonts.ready', awaitPromise: true }, page)
      const { data } = await ask('Page.captureScreenshot', { format: 'png' }, page)
      return Buffer.from(data as string, 'base64')
    },
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      await ask('Browser.close', {}).catch(() => child.kill())
      await ended
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

type Ask = (method: string, params: object, sessionId?: string) => Promise<Record<string, unknown>>

interface Answer {
  id?: number
  result?: Record<string, unknown>
  error?: { message: string }
}

/** The browser's own protocol: JSON, each message ended by a zero. */
const connect = (to: Writable, from: Readable, onFailure: (fail: (error: Error) => void) => void): Ask => {
  const waiting = new Map<number, { resolve(result: Record<string, unknown>): void; reject(error: Error): void }>()
  const fail = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  onFailure(fail)
  to.on('error', fail)
  let parts: string[] = []
  from.setEncoding('utf8').on('data', (text: string) => {
    const messages = text.split('\0')
    parts.push(messages[0]!)
    for (const next of messages.slice(1)) {
      const { id, result, error } = JSON.parse(parts.join('')) as Answer
      parts = [next]
      const asked = id === undefined ? undefined : waiting.get(id)
      if (!asked) continue
      waiting.delete(id!)
      if (error) asked.reject(new Error(error.message))
      else asked.resolve(result ?? {})
    }
  })
  let last = 0
  return (method, params, sessionId) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject })
      to.write(`${JSON.stringify({ id: last, method, params, ...(sessionId ? { sessionId } : {}) })}\0`)
    })
}
