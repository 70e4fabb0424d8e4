// Files of room records in a directory of this machine: each is there whole, or not at all.
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BAD_NAME, isFileName, STOPPED } from './sink.ts'
import type { PutResult, Sink } from './sink.ts'

/** What the operator can do something about, by https://nodejs.org/api/errors.html#common-system-errors */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'The directory is not there.',
  ENOTDIR: 'The directory, or a folder in it, is a file.',
  EEXIST: 'The directory, or a folder in it, is a file.',
  EACCES: 'There is no permission to write in the directory.',
  EPERM: 'There is no permission to write in the directory.',
  EROFS: 'The directory can only be read.',
  ENOSPC: 'The disk is full.',
  EDQUOT: 'The quota of the disk is used up.',
}

/** What the name alone is to blame for. */
const REASONS_OF_NAME: Readonly<Record<string, string>> = {
  ENAMETOOLONG: 'The name of the file is too long for the file system.',
  EISDIR: 'The name of the file is that of a folder.',
}

/** The directory has to be there: made by us, it could lie where a disk was to be mounted. Folders in it are made. */
export function createDirectorySink(directory: string): Sink {
  return {
    name: 'directory',
    async put(name, body, signal) {
      if (!isFileName(name)) return BAD_NAME
      try {
        await write(directory, name, body, signal)
        return { status: 'ok' }
      } catch (error) {
        return signal.aborted ? STOPPED : resultOf(error)
      }
    },
  }
}

async function write(
  directory: string,
  name: string,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const path = join(directory, name)
  const folder = dirname(path)
  // Of the same name each time: what a killed run left is written over.
  const temporary = join(folder, `.${basename(path)}.tmp`)
  await stat(directory)
  await mkdir(folder, { recursive: true })
  try {
    await writeSynced(temporary, body, signal)
    await rename(temporary, path)
  } catch (error) {
    // A full disk gets back what half a file took. What went wrong is told, and not that this does, too.
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
  // The name, and those of folders that are new, survive a power cut from here on.
  for (const each of foldersUpTo(directory, name)) await syncFolder(each)
}

async function writeSynced(path: string, body: Uint8Array, signal: AbortSignal): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(body, { signal })
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The folder the file is in, then the one around it, and so on; the directory itself is the last. */
function foldersUpTo(directory: string, name: string): string[] {
  const parts = name.split('/').slice(0, -1)
  const inside = parts.map((_, index) => join(directory, ...parts.slice(0, index + 1)))
  return [...inside.reverse(), directory]
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folder.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } catch (error) {
    // fsync(2): EINVAL where the file system has no such thing, as some over a network.
    if (codeOf(error) !== 'EINVAL') throw error
  } finally {
    await folder.close()
  }
}

function resultOf(error: unknown): PutResult {
  const code = codeOf(error)
  const ofName = REASONS_OF_NAME[code]
  if (ofName) return { status: 'refused', reason: ofName }
  return { status: 'retry', reason: REASONS[code] ?? `The file system failed with ${code}.` }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'an unknown error'
}
