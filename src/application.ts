// What the app hands over with its own marks, as JSON carries it: a later change on the app's side changes nothing here.
import { describe, integer, wrong } from './check.ts'

/** Far more than a mark needs, and less than a batch takes. */
const MAX_DATA_CHARS = 32_768

/** @throws TypeError for what JSON cannot carry, or what is too long */
export function applicationData(name: string, data: unknown): unknown {
  let json: string | undefined
  try {
    json = JSON.stringify(data)
  } catch (cause) {
    throw new TypeError(`${name}: expected data that JSON can carry: ${describe(String(cause))}`, {
      cause,
    })
  }
  if (json === undefined) return null
  if (json.length <= MAX_DATA_CHARS) return JSON.parse(json)
  throw wrong(
    name,
    `data of at most ${MAX_DATA_CHARS} characters as JSON`,
    `${json.length} characters`,
  )
}

/** @throws TypeError for anything but 1 (bad) to 5 (good), or a comment that is too long */
export function ratingData(rating: unknown, comment: unknown): unknown {
  if (integer('rate', rating, 1) > 5) throw wrong('rate', 'an integer from 1 to 5', rating)
  return applicationData('rating', { rating, comment: comment ?? null })
}
