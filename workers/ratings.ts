// What a poll says of the calls in few numbers, and whether they are others than they were.
import type { JudgedPoll } from './summary.ts'

/** The opinion score of each stream that has one. */
export type Ratings = readonly number[]

/** Opinion scores (1 to 5) this far from each other are the same to who hears and sees. */
const TOLERANCE = 0.3

export function ratingsOf(polls: readonly Pick<JudgedPoll, 'quality'>[]): Ratings {
  return polls.flatMap(({ quality: { audioMos, videoScore } }) => [
    ...Object.values(audioMos).map(({ mos }) => mos),
    ...Object.values(videoScore),
  ])
}

export function haveMoved(before: Ratings, now: Ratings): boolean {
  const isSame = (rating: number, index: number): boolean =>
    Math.abs(rating - (before[index] ?? NaN)) <= TOLERANCE
  return before.length !== now.length || !now.every(isSame)
}
