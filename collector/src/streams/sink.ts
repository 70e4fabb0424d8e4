// What a place for files of room records is: one method and the union of its answers.

export type PutResult =
  /** It lies there, whole. */
  | { readonly status: 'ok' }
  /** The place takes no file now, this one or another. `afterMs`: not before so long, as the place said. */
  | { readonly status: 'retry'; readonly reason: string; readonly afterMs?: number }
  /** This file is not taken; another may be. */
  | { readonly status: 'refused'; readonly reason: string }

export interface Sink {
  /** For lines of the log. */
  readonly name: string
  /**
   * One attempt; what had the name before is replaced. Never throws; settles soon after the signal is aborted. A reason
   * is a plain sentence without a secret. A wrong secret is a `retry`, for an operator mends it.
   */
  put(name: string, body: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<PutResult>
}

/** The answer to a put that was stopped, by whoever asked for it. */
export const STOPPED: PutResult = { status: 'retry', reason: 'It was stopped before its end.' }

/** What every place refuses: a name that leads out of it, or means different things to different systems. */
export const BAD_NAME: PutResult = {
  status: 'refused',
  reason: "The name of the file is none: expected parts with '/' between them.",
}

/** Whether it is parts with slashes between them, none of them empty, `.` or `..`, and without control characters. */
export function isFileName(name: string): boolean {
  if (/[\p{Cc}\p{Cs}\\]/u.test(name)) return false
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
}
