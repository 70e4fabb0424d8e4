// The components of our pages in a real browser: what they do with a key, a click and a thousand rows.
import { h, render } from 'preact'
import type { ComponentChild } from 'preact'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { EventList } from '../../collector/page/ui/event-list.tsx'
import { createPlotGroup } from '../../collector/page/ui/plot-group.ts'
import { createPlot } from '../../collector/page/ui/plot.ts'
import { SearchField } from '../../collector/page/ui/search-field.tsx'
import { SortableTable } from '../../collector/page/ui/sortable-table.tsx'
import type { Column } from '../../collector/page/ui/sortable-table.tsx'
import type { Sort } from '../../collector/page/ui/sort.ts'
import '../../collector/page/ui/base.css'

const place = document.createElement('div')
document.body.append(place)

afterEach(() => render(null, place))

const show = (what: ComponentChild): void => render(what, place)
const all = (selector: string): HTMLElement[] => [...place.querySelectorAll<HTMLElement>(selector)]
const texts = (selector: string): (string | null)[] =>
  all(selector).map(({ textContent }) => textContent)

describe('a sortable table', () => {
  interface Row {
    readonly name: string
    readonly score: number | null
  }
  const rendered: string[] = []
  const columns: readonly Column<Row>[] = [
    {
      key: 'name',
      title: 'Name',
      cell: ({ name }) => {
        rendered.push(name)
        return name
      },
      sortBy: ({ name }) => name,
    },
    {
      key: 'score',
      title: 'Score',
      cell: ({ score }) => score,
      sortBy: ({ score }) => score,
      isGreatestFirst: true,
    },
    { key: 'path', title: 'Path', cell: () => 'udp' },
  ]
  const keyOf = ({ name }: Row): string => name
  const table = (rows: readonly Row[], sort: Sort, onSort: (sort: Sort) => void = () => {}): void =>
    show(h(SortableTable<Row>, { caption: 'People', columns, rows, keyOf, sort, onSort }))

  it('is sorted by a press on a heading, and says which way', () => {
    const rows = [
      { name: 'b', score: 3 },
      { name: 'a', score: null },
      { name: 'c', score: 9 },
    ]
    const onSort = vi.fn<(sort: Sort) => void>()
    table(rows, { key: 'name', isDescending: false }, onSort)
    expect(texts('tbody th')).toEqual(['a', 'b', 'c'])
    expect(all('[aria-sort]').map((head) => head.getAttribute('aria-sort'))).toEqual(['ascending'])
    for (const button of all('thead button')) button.click()
    expect(onSort.mock.calls).toEqual([
      [{ key: 'name', isDescending: true }],
      [{ key: 'score', isDescending: true }],
    ])
    table(rows, { key: 'score', isDescending: true }, onSort)
    expect(texts('tbody th')).toEqual(['c', 'b', 'a'])
  })

  it('renders a row again only where it is another object', () => {
    const rows = Array.from({ length: 1000 }, (_, score) => ({ name: `row ${score}`, score }))
    const sort = { key: 'score', isDescending: false }
    table(rows, sort)
    rendered.length = 0
    table(
      rows.map((row) => (row.score === 500 ? { ...row, score: 5000 } : row)),
      sort,
    )
    expect(rendered).toEqual(['row 500'])
    expect(texts('tbody th').at(-1)).toBe('row 500')
  })
})

it('of ten thousand events those are shown that one reads, and earlier ones at a press', async () => {
  const lines = Array.from({ length: 10_000 }, (_, id) => ({
    id,
    at: id * 1000,
    what: `event ${id}`,
    detail: '',
  }))
  show(h(EventList, { label: 'Events', lines }))
  expect(texts('li b').slice(0, 2)).toEqual(['event 9999', 'event 9998'])
  expect(all('li')).toHaveLength(100)
  expect(texts('button')).toEqual(['Show earlier (9900)'])
  all('button')[0]?.click()
  await vi.waitFor(() => expect(all('li')).toHaveLength(600))
})

describe('a search field', () => {
  const type = (text: string): void => {
    const [input] = all('input') as HTMLInputElement[]
    if (!input) throw new Error('no field')
    input.value = text
    input.dispatchEvent(new Event('input', { bubbles: true }))
  }
  const valueShown = (): string | undefined => (all('input')[0] as HTMLInputElement).value

  it('searches when nobody types any more, once for all that was typed', async () => {
    const onSearch = vi.fn<(text: string) => void>()
    show(h(SearchField, { label: 'Search', value: '', onSearch }))
    for (const text of ['a', 'al', 'ali']) type(text)
    await vi.waitFor(() => expect(onSearch).toHaveBeenCalled())
    expect(onSearch.mock.calls).toEqual([['ali']])
  })

  it('takes what comes from elsewhere, and not its own words that come late', async () => {
    const onSearch = vi.fn<(text: string) => void>()
    const field = (value: string): void =>
      show(h(SearchField, { label: 'Search', value, onSearch }))
    field('')
    type('ali')
    await vi.waitFor(() => expect(onSearch).toHaveBeenCalledWith('ali'))
    type('alic')
    field('ali')
    await vi.waitFor(() => expect(onSearch).toHaveBeenCalledWith('alic'))
    expect(valueShown()).toBe('alic')
    field('bob')
    await vi.waitFor(() => expect(valueShown()).toBe('bob'))
  })
})

describe('plots of a group', () => {
  const start = new Date(2026, 10, 21, 12, 0, 0).getTime() / 1000
  const times = Array.from({ length: 61 }, (_, at) => start + at)
  const values = times.map((_, at) => (at === 50 ? null : at))
  const series = [
    { label: 'Loss', color: '--plot-1', show: (value: number) => `${value} %` },
  ] as const

  async function plots() {
    const group = createPlotGroup()
    const options = { label: 'Loss', series, leastTop: 2, axis: String, group }
    const made = [0, 1].map(() => {
      const host = document.createElement('div')
      host.className = 'plot'
      place.append(host)
      const plot = createPlot(host, options)
      plot.setMarks([{ kind: 'gap', from: start + 50, to: start + 50, label: 'nothing came' }])
      plot.setData(times, [values])
      return plot
    })
    await vi.waitFor(() => expect(saysNothing()).toBe(false))
    return { group, destroy: () => made.forEach((plot) => plot.destroy()) }
  }
  const saysNothing = (): boolean =>
    all('.plot-area').some((area) => area.getAttribute('aria-label')?.includes('12:01:00') !== true)
  const summaries = (): (string | null)[] =>
    all('.plot-area').map((area) => area.getAttribute('aria-label'))
  const press = (...keys: string[]): void => {
    for (const key of keys)
      all('.plot-slider')[0]?.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }))
  }
  const said = (): (string | null)[] =>
    all('.plot-slider').map((slider) => slider.getAttribute('aria-valuetext'))

  it('have one cursor, which the keys move and which says what is there', async () => {
    const { destroy } = await plots()
    press('End')
    await vi.waitFor(() => expect(said()).toEqual(Array(2).fill('12:01:00, Loss 60 %')))
    press('PageDown')
    await vi.waitFor(() => expect(said()).toEqual(Array(2).fill('12:00:50, Loss –, nothing came')))
    press('ArrowLeft')
    await vi.waitFor(() => expect(texts('.plot-time')).toEqual(['12:00:49', '12:00:49']))
    destroy()
  })

  it('have one zoom, and say in words what is in view', async () => {
    const { group, destroy } = await plots()
    expect(summaries()[1]).toBe(
      'Loss, 12:00:00 to 12:01:00. Loss: 29.666666666666668 % on average, 0 % to 60 %.',
    )
    group.setZoom([start + 10, start + 20])
    const near = 'Loss, 12:00:10 to 12:00:20. Loss: 15 % on average, 10 % to 20 %.'
    await expect.poll(summaries).toEqual([near, near])
    press('Escape')
    await expect.poll(() => summaries().every((text) => text?.includes('12:01:00'))).toBe(true)
    press('Home', '+')
    expect(group.zoom).toEqual([start, start + 30])
    destroy()
  })
})
