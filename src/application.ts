// What the app hands over with its own marks, as JSON carries it: a later change on the app's side changes nothing here.
import { describe, wrong } from './check.ts'

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
