// Reads AVA's TAP output line by line: what to show for each line, and the counts at the end. A test that could not
// run here says so with t.log('skipped: reason') and is counted as skipped, not as passed.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @typedef {{ counts: Counts, reasons: Map<string, string[]>, failed: string[], took: Map<string, number> }} Results
 *   failed: titles; took: ms by title, of those that say so */

/** What AVA puts before the titles of a group of files. */
const GROUP = /^together-\w+ › /

/** @returns {{ line: (text: string) => string | undefined, end: () => Results }} */
export const tapReader = () => {
  /** @type {Counts} */
  const counts = { passed: 0, failed: 0, skipped: 0 }
  /** @type {Map<string, string[]>} reason -> titles */
  const reasons = new Map()
  /** @type {string[]} */
  const failed = []
  /** @type {Map<string, number>} */
  const took = new Map()
  let newest = ''
  /** A passed test whose log lines may still say that it was skipped. @type {string | undefined} */
  let passed
  /** @param {string} title @param {string} reason */
  const skip = (title, reason) => {
    counts.skipped++
    reasons.set(reason, [...(reasons.get(reason) ?? []), title])
  }
  const settle = () => {
    if (passed !== undefined) counts.passed++
    passed = undefined
  }

  return {
    line: (text) => {
      const result = /^(not )?ok \d+ - (.*?)( # (SKIP|TODO).*)?$/.exec(text)
      if (result) {
        settle()
        const title = (result[2] ?? '').replace(GROUP, '')
        newest = title
        if (result[4]) skip(title, `marked ${result[4].toLowerCase()}`)
        else if (result[1]) {
          counts.failed++
          failed.push(title)
        } else passed = title
        return `${result[4] ? '-' : result[1] ? '✖' : '✔'} ${title}`
      }
      const reason = /^#\s+skipped: (.*)$/.exec(text)?.[1]
      if (reason !== undefined && passed !== undefined) {
        skip(passed, reason)
        passed = undefined
      }
      const ms = /^#\s+took (\d+) ms$/.exec(text)?.[1]
      if (ms !== undefined) {
        took.set(newest, Number(ms))
        return undefined
      }
      return /^(TAP version |\d+\.\.\d|# (tests|pass|skip|todo|fail) \d|\s*$)/.test(text) ? undefined : text
    },
    end: () => {
      settle()
      return { counts, reasons, failed, took }
    },
  }
}

/** The file and the name of a test in a title such as `engine › probes › all at once`, which is a path below test/
 * and the name; the longest path where there are several. Undefined where it is none of a test.
 * @param {string} title @param {(path: string) => boolean} exists */
export const placeOf = (title, exists) => {
  const parts = title.split(' › ')
  for (let i = parts.length - 1; i > 0; i--) {
    const file = `test/${parts.slice(0, i).join('/')}.test.ts`
    if (exists(file)) return { file, name: parts.slice(i).join(' › ') }
  }
  return undefined
}

/** The last line of every test run.
 * @param {Counts} counts */
export const summary = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`
