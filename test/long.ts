// `npm run test:long` runs so many times what `npm test` runs in small.
export const TIMES = process.env['LONG'] === '1' ? 20 : 1
