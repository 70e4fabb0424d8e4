// What was wrong over the whole call of one of those who take part, by how many of the polls it was in.
import { BEGIN_MS, START_MS } from '../src/live/limits.ts'
import { TROUBLES } from '../src/live/views.ts'
import type { ConnectionView, Trouble } from '../src/live/views.ts'
import type { Person } from './people.ts'
import { showCount } from './ui/format.ts'

/** One thing that was often so. */
export interface Past {
  readonly trouble: Trouble
  readonly text: string
  /** Of all polls, 0..1. */
  readonly share: number
}

/** One may be an accident, and two the same one that a poll parted. */
const LEAST_POLLS = 3
/** What was so for less of the time is not why a call was bad. */
const LEAST_SHARE = 0.01

/** How long each of them is how a call begins, ms. */
const BEGINNINGS: Readonly<Partial<Record<Trouble, number>>> = {
  frozen: BEGIN_MS,
  concealed: BEGIN_MS,
  bandwidth: START_MS,
}

const WORDS: Readonly<Record<Trouble, string>> = {
  loss: 'lost packets',
  roundTrip: 'long round trips',
  jitter: 'packets came unevenly',
  frozen: 'video stood still',
  concealed: 'sound was made up',
  cpu: 'held back by the CPU',
  bandwidth: 'held back by bandwidth',
}

/** The most frequent first; of all connections together. */
export function pastOf({ connections }: Person): readonly Past[] {
  const polls = connections.reduce((sum, connection) => sum + connection.polls, 0)
  return TROUBLES.flatMap((trouble) => {
    const count = connections.reduce((sum, connection) => sum + countOf(connection, trouble), 0)
    if (count < Math.max(LEAST_POLLS, LEAST_SHARE * polls)) return []
    const text = `${WORDS[trouble]} in ${showCount(count)} of ${showCount(polls)} polls`
    return { trouble, text, share: count / polls }
  }).toSorted((one, other) => other.share - one.share)
}

/** None where it is no more than a beginning. */
function countOf(connection: ConnectionView, trouble: Trouble): number {
  const { polls, firstAt, lastAt } = connection
  const count = connection.troubles[trouble]
  const beginningMs = BEGINNINGS[trouble]
  if (beginningMs === undefined || count === 0) return count
  return (count / polls) * (lastAt - firstAt) > beginningMs ? count : 0
}
