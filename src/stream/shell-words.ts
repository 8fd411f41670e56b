// Command lines as one text: words that are empty or have blanks or quotes in them are quoted as a shell wants it, so
// that one word is never taken for several, or for none.

const quoted = (word: string): string => (/^[^\s'"]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)

export const commandLine = (words: readonly string[]): string => words.map(quoted).join(' ')
