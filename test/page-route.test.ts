// The addresses of the live page: each view has one, whatever a stranger called his room.
import { expect, test } from 'vitest'
import { addressOf, groupRoute, isSamePlace, listRoute, routeOf } from '../collector/page/route.ts'
import type { ParticipantRoute, Route, Somewhere } from '../collector/page/route.ts'

const BASES = ['https://calls.example/', 'https://calls.example/deep/below/']
const NAMES = [
  ['a slash', 'a/b'],
  ['two slashes', '//evil.example/'],
  ['a question mark', 'a?q=b&call=1'],
  ['a number sign', 'a#b'],
  ['percent signs', '100%, %2F and %'],
  ['markup', '<img src=x onerror="alert(1)">'],
  ['a plus and a space', 'a +b'],
  ['a scheme', 'javascript:alert(1)'],
  ['a dot within', 'a..b'],
  ['a backslash', '..\\..\\a'],
  ['other scripts', 'Übung 会議 🎧'],
  ['a line break', 'a\nb\u0000'],
  ['the name of a view', 'peers'],
] as const

const participant: ParticipantRoute = {
  ...{ view: 'participant', kind: 'room', id: 'r', participant: 'p' },
  ...{ call: null, connection: null },
}

function wayBack(route: Somewhere, base: string): Route {
  return routeOf(new URL(addressOf(route), base), new URL(base))
}

test.each(BASES)('every view has an address below %s', (base) => {
  const views: readonly Somewhere[] = [
    listRoute('rooms'),
    listRoute('sessions'),
    { view: 'rooms', search: 'a b&c', sort: '-score' },
    groupRoute('room', 'r'),
    { ...groupRoute('session', 's', 17), search: 'x', sort: 'loss', isTroubled: true },
    participant,
    { ...participant, kind: 'session', call: 17, connection: 3 },
  ]
  for (const view of views) expect(wayBack(view, base)).toEqual(view)
})

test.each(NAMES)('a name with %s comes back from its address', (_, name) => {
  for (const base of BASES) {
    expect(wayBack(groupRoute('room', name), base)).toEqual(groupRoute('room', name))
    const route: ParticipantRoute = { ...participant, id: name, participant: name }
    expect(wayBack(route, base)).toEqual(route)
  }
})

test('half a surrogate pair has an address, that of the sign for what is broken', () => {
  expect(addressOf(groupRoute('room', 'a\uD800b'))).toBe('rooms/a%EF%BF%BDb')
})

test('the place where the page is mounted shows the rooms', () => {
  const base = new URL('https://calls.example/deep/')
  expect(routeOf(base, base)).toEqual(listRoute('rooms'))
})

test.each([
  'health',
  'rooms/a/b',
  'rooms/a/peers/',
  'rooms/a/peers/b/c',
  'rooms//peers/b',
  '/',
  '../x',
])('what is no view is nowhere: %s', (path) => {
  const base = new URL('https://calls.example/deep/')
  expect(routeOf(new URL(path, base), base)).toEqual({ view: 'nowhere' })
})

test('another origin is nowhere', () => {
  const [address, base] = [new URL('https://other.example/rooms'), new URL('https://a.example/')]
  expect(routeOf(address, base)).toEqual({ view: 'nowhere' })
})

test('a call that is no number is the newest one', () => {
  const base = new URL('https://calls.example/')
  expect(routeOf(new URL('rooms/r?call=1e9', base), base)).toEqual(groupRoute('room', 'r'))
})

test('a search and a sort are the same place, another call of a room too', () => {
  expect(
    isSamePlace(groupRoute('room', 'r'), { ...groupRoute('room', 'r', 5), sort: 'loss' }),
  ).toBe(true)
  expect(isSamePlace(groupRoute('room', 'r'), groupRoute('session', 'r'))).toBe(false)
  expect(isSamePlace(listRoute('rooms'), listRoute('sessions'))).toBe(false)
})
