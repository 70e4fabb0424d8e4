// Why the program could not begin, in one sentence that says what to do.
import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Config } from './config/config.ts'

/** Rejects where the database can be neither made nor written. */
export async function checkWritable(path: string): Promise<void> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => null, // not there yet
  )
  if (isFolder) throw new Error(`--data: expected a file, and ${path} is a folder`)
  const target = isFolder === null ? dirname(path) : path
  try {
    await access(target, constants.R_OK | constants.W_OK)
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'there is no such folder' : 'it is not allowed'
    throw new Error(`--data: cannot write ${path}: ${why}`, { cause: error })
  }
}

/** Rejects where there is no database to read: to open one would make it. */
export async function checkThere(path: string): Promise<void> {
  try {
    await access(path, constants.R_OK)
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? `there is no ${path}` : `${path} cannot be read`
    throw new Error(`--data: expected the database of a collector, and ${why}`, { cause: error })
  }
}

/** One sentence for whoever started the program. */
export function startFailure(error: unknown, { port, host }: Config): string {
  if (!isOfListening(error)) return error instanceof Error ? error.message : String(error)
  switch (error.code) {
    case 'EADDRINUSE':
      return `--port: ${port} of ${host} is taken; end what listens there, or choose another one`
    case 'EACCES':
      return `--port: this user may not listen on ${port}; choose one above 1023`
    default:
      return `--host: expected an address of this machine, got ${host} (${error.code})`
  }
}

function isOfListening(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !('syscall' in error)) return false
  return error.syscall === 'listen' || error.syscall === 'getaddrinfo'
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
