// What is done once that which runs now has run to its end, before anything else begins.

/** In place of queueMicrotask, which makes an object for others to follow it by: asked for with each interval, that is more work
 * than what is asked for. What it throws ends the process, as there. */
export const afterwards = (act: () => void): void => void Promise.resolve().then(act)
