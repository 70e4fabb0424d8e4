// The demo: a real call in this page, watched by the exporter, and what becomes of it.
import { render } from 'preact'
import '../collector/page/ui/base.css'
import { createDemo } from './demo.ts'
import { Page } from './page.tsx'
import { createSource } from './source.ts'

const query = new URLSearchParams(location.search)
const collector = query.get('collector') ?? location.origin

const audio = new AudioContext()
const sources = {
  alice: createSource({ name: 'Alice', hue: 214, frequencyHz: 220 }, audio),
  bob: createSource({ name: 'Bob', hue: 168, frequencyHz: 165 }, audio),
}
const demo = createDemo({
  collector,
  transport: query.get('transport')?.split(',') ?? 'fetch',
  maxSeconds: Number(query.get('seconds')) || Infinity,
  sources,
  audio,
})

const place = document.querySelector('#page')
if (!place) throw new Error('the page has no #page')
render(<Page demo={demo} collector={collector} sources={sources} />, place)
