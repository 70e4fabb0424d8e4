// Where somebody mounts the collector.

/** Without the slash at its end. @throws TypeError where it does not begin with one */
export function checkedPath(path: string): string {
  if (path === '' || path.startsWith('/')) return path.replace(/\/+$/, '')
  throw new TypeError(`path: expected it to begin with a slash, got ${path}`)
}
