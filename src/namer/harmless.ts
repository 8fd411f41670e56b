// Text of others, made fit to be sent: short, and without anything that terminals would obey.

const LONGEST = 300

/** Names come from files and memory of others. */
export const harmless = (name: string): string => name.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?').slice(0, LONGEST)
