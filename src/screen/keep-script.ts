// Writes a script that was typed into the user's folder of scripts, never over another.
import { mkdir } from 'node:fs/promises'
import { userFolder } from '../source/script-folders.ts'
import { writeBundle } from './write-files.ts'

/** Gives its path. */
export const keepScript = async (name: string, text: string): Promise<string[]> => {
  const folder = userFolder()
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return writeBundle([folder], { name, files: [{ extension: '.bt', text }] })
}
