// A score of 0..10: a bar, the number, and the word for it.
import { showNumber, UNKNOWN } from './format.ts'
import type { Tone } from './tone.ts'
import './score.css'

/** From this score on, the word and its tone; the first that fits. */
const CLASSES: readonly (readonly [least: number, word: string, tone: Tone])[] = [
  [8, 'good', 'good'],
  [6, 'fair', 'calm'],
  [4, 'poor', 'wait'],
  [-Infinity, 'bad', 'bad'],
]

/** The word for a score of 0..10, and its tone. */
export function classOf(score: number): { readonly word: string; readonly tone: Tone } {
  const [, word, tone] = CLASSES.find(([least]) => score >= least) ?? [0, 'bad', 'bad']
  return { word, tone }
}

/** `score` is null where nothing was rated. */
export function Score({ score }: { readonly score: number | null }) {
  if (score === null) return <span class="score quiet">{UNKNOWN}</span>
  const { word, tone } = classOf(score)
  return (
    <span class="score figures" data-tone={tone}>
      <svg class="score-bar" width="40" height="6" aria-hidden="true">
        <rect class="score-track" width="40" height="6" rx="3" />
        <rect width={Math.min(Math.max(score, 0), 10) * 4} height="6" rx="3" />
      </svg>
      <b>{showNumber(score, '').value}</b> <span>{word}</span>
    </span>
  )
}
