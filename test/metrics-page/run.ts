// Writes docs/metrics.md and docs/prometheus.md: `npm run docs`.
import { writeFileSync } from 'node:fs'
import { metricsPage, RECORDINGS } from './page.ts'
import { prometheusPage } from './prometheus.ts'

const docs = new URL('../../docs/', import.meta.url)
writeFileSync(new URL('metrics.md', docs), metricsPage(RECORDINGS))
writeFileSync(new URL('prometheus.md', docs), await prometheusPage())
