// Writes docs/metrics.md: `npm run docs`.
import { writeFileSync } from 'node:fs'
import { metricsPage, RECORDINGS } from './page.ts'

writeFileSync(new URL('../../docs/metrics.md', import.meta.url), metricsPage(RECORDINGS))
