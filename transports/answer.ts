// What comes back from an endpoint, or from a transport of the app's, checked: nothing of it is known to be true.
import type { Answer, Rejection } from './transport.ts'

/** The items that a body names as not taken, and when to come again. Anything else it may say means neither. */
export function readAnswer(body: string): Answer {
  try {
    const { rejected, retryAfterMs } = (JSON.parse(body) ?? {}) as Record<string, unknown>
    return {
      rejected: readRejected(rejected) ?? [],
      retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
    }
  } catch {
    return { rejected: [], retryAfterMs: undefined } // not JSON: many backends answer "ok"
  }
}

/** Null for what is no list of rejections. */
export function readRejected(value: unknown): readonly Rejection[] | null {
  return Array.isArray(value) && value.every(isRejection) ? value : null
}

function isRejection(value: unknown): value is Rejection {
  if (typeof value !== 'object' || value === null) return false
  const { index, reason, retry } = value as Record<string, unknown>
  const isPlace = Number.isSafeInteger(index) && Number(index) >= 0
  return isPlace && typeof reason === 'string' && typeof retry === 'boolean'
}
