// What is asked about the recorded calls can be answered by what was done to them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PAGE_QUESTIONS } from './page-questions.ts'
import type { Truth } from './record/calls/truth.ts'

function truthOf(call: string): Truth {
  const file = join(import.meta.dirname, `fixtures/calls/${call}.truth.json`)
  return JSON.parse(readFileSync(file, 'utf8')) as Truth
}

test('there are ten questions about three calls', () => {
  const asked = PAGE_QUESTIONS.map(({ call, ask }) => ask(truthOf(call)))
  expect(new Set(asked).size).toBe(10)
  expect(new Set(PAGE_QUESTIONS.map(({ call }) => call)).size).toBe(3)
})

test('each has an answer by what was done, and its bounds are in order', () => {
  for (const { call, expected } of PAGE_QUESTIONS) {
    const parts = expected(truthOf(call))
    expect(parts[0]).toMatchObject({ is: 'participant' })
    expect(parts.filter((part) => 'min' in part && part.min >= part.max)).toEqual([])
  }
})
