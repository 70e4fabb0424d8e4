// The live page: what the address says is what is shown.
import { render } from 'preact'
import { Page } from './page.tsx'

const place = document.querySelector('#page')
if (!place) throw new Error('the page has no #page')
render(<Page />, place)
