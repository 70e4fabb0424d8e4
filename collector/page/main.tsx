// The live page: what the address says is what is shown.
import { render } from 'preact'
import { Page } from './page.tsx'

const place = document.querySelector('#page')
if (!place) throw new Error('the page has no #page')
const base = new URL('./', document.baseURI)
// As it was named it would be another one at an address of another depth.
document.querySelector('base')?.setAttribute('href', base.href)
render(<Page base={base} />, place)
