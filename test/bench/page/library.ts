// The build, as an app loads it.
import type * as Library from '../../../src/index.ts'

/** What is imported by its full address no bundler looks into: what runs is the file as it is published. */
const addressOf = (path: string): string => new URL(path, location.href).href

export const loadLibrary = (): Promise<typeof Library> =>
  import(/* @vite-ignore */ addressOf('/dist/index.js'))

/** What an import costs by itself. */
export const loadNothing = (): Promise<object> => import(/* @vite-ignore */ addressOf('/empty.js'))
