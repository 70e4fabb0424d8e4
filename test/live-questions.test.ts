// Ten questions about recorded calls are answered from the live page alone, by what a person reads there.
import { chromium } from 'playwright'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHROMIUM_ARGS, ensureChromium } from '../demo/chromium.ts'
import { ANSWERS } from './page-answers.ts'
import type { Given } from './page-answers.ts'
import { PAGE_QUESTIONS } from './page-questions.ts'
import type { Answer } from './page-questions.ts'
import { readRoom } from './page-reader.ts'
import type { ReadParticipant } from './page-reader.ts'
import { playCalls, RECORDED_CALLS, truthOf } from './played-calls.ts'
import type { PlayedCalls, RecordedCall } from './played-calls.ts'
import type { Truth } from './record/calls/truth.ts'
import { openWatched } from './watched-page.ts'

const LIMIT_MS = 60_000

const truths = Object.fromEntries(
  await Promise.all(RECORDED_CALLS.map(async (call) => [call, await truthOf(call)] as const)),
) as Record<RecordedCall, Truth>
const read = {} as Record<RecordedCall, readonly ReadParticipant[]>
let collector: PlayedCalls
let browser: Browser

beforeAll(async () => {
  collector = await playCalls()
  browser = await chromium.launch({ executablePath: ensureChromium(), args: [...CHROMIUM_ARGS] })
  const reading = RECORDED_CALLS.map(async (call) => {
    const { page } = await openWatched(browser, collector.url)
    read[call] = await readRoom(page, collector.url, call)
  })
  await Promise.all(reading)
}, LIMIT_MS)

afterAll(async () => {
  await browser.close()
  await collector.close()
})

/** In its bounds, where it has some. */
function fits(expected: Answer, given: Given | undefined): boolean {
  if (expected.is === 'number' && given?.is === 'number')
    return expected.unit === given.unit && within(expected, given.value)
  if (expected.is === 'time' && given?.is === 'time') {
    const [min, max] = [expected.min.slice(11, 19), expected.max.slice(11, 19)]
    return within({ min, max }, given.at)
  }
  return JSON.stringify(expected) === JSON.stringify(given)
}

function within<Value>({ min, max }: { min: Value; max: Value }, value: Value): boolean {
  return min <= value && value <= max
}

function answer(index: number): Given[] {
  const { call, ask } = PAGE_QUESTIONS[index]!
  return ANSWERS[index]!(ask(truths[call]), read[call])
}

test.each(
  PAGE_QUESTIONS.map(({ call, ask, expected }, index) => ({
    call,
    asked: ask(truths[call]),
    expected,
    index,
  })),
)('$call: $asked', ({ call, expected, index }) => {
  const right = expected(truths[call])
  const given = answer(index)
  // What is right is shown only where the answer is not.
  expect(given).toEqual(right.map((part, at) => (fits(part, given[at]) ? given[at] : part)))
})

test('the room itself says whom the CPU held back, and names nobody else', () => {
  const { faults, participants } = truths['busy-cpu']
  const who = faults.find(({ kind }) => kind === 'encoder-overload')?.who
  const slow = read['busy-cpu'].filter(({ row }) =>
    /held back by the CPU in \d+ of \d+ polls/.test(row.get('What stands out') ?? ''),
  )
  const expected = participants.filter(({ peerId }) => peerId === who)
  expect(slow.map(({ name }) => name)).toEqual(expected.map(({ peerName }) => peerName))
})

test('of a call in which somebody else had the trouble, all of that would be wrong', () => {
  for (const [index, { call, expected }] of PAGE_QUESTIONS.entries()) {
    const { participants, faults } = truths[call]
    const other = (who: string): string =>
      participants.find(({ peerId }) => peerId !== who)?.peerId ?? who
    const otherwise = {
      ...truths[call],
      // Each of them took all the paths that anybody took.
      participants: participants.map((one) => ({ ...one, paths: longest(participants) })),
      faults: faults.map((fault) => ({ ...fault, who: other(fault.who) })),
    }
    const given = answer(index)
    expect(expected(otherwise).filter((part, at) => !fits(part, given[at]))).not.toEqual([])
  }
})

function longest(participants: Truth['participants']): Truth['participants'][number]['paths'] {
  return participants.map(({ paths }) => paths).toSorted((a, b) => b.length - a.length)[0] ?? []
}
