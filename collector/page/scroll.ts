// How far a view was scrolled, for whoever comes back to it: its content comes later than the browser waits for.

/** Between two looks at where it is scrolled to: browsers count the changes of a history. */
const QUIET_MS = 200
/** Whoever waits longer has begun to read. */
const PATIENCE_MS = 3000

/** Keeps it with the entry of the history. Returns what ends that. */
export function keepScroll(): () => void {
  history.scrollRestoration = 'manual'
  let timer: ReturnType<typeof setTimeout> | undefined
  const keep = (): void => history.replaceState({ scrollY: Math.round(scrollY) }, '')
  const onScroll = (): void => {
    clearTimeout(timer)
    timer = setTimeout(keep, QUIET_MS)
  }
  // A step away before that is no change of where this one was.
  const onLeave = (): void => clearTimeout(timer)
  addEventListener('scroll', onScroll, { passive: true })
  addEventListener('popstate', onLeave)
  scrollBack()
  return () => {
    clearTimeout(timer)
    removeEventListener('scroll', onScroll)
    removeEventListener('popstate', onLeave)
  }
}

/** Scrolls to where this entry of the history was, as soon as there is so much; not against who scrolls himself. */
export function scrollBack(): void {
  const wanted = (history.state as { readonly scrollY?: number } | null)?.scrollY ?? 0
  const ended = new AbortController()
  const { signal } = ended
  const grown = new ResizeObserver(() => {
    scrollTo(0, wanted)
    if (Math.abs(scrollY - wanted) <= 1) ended.abort()
  })
  signal.addEventListener('abort', () => grown.disconnect())
  for (const name of ['wheel', 'keydown', 'pointerdown', 'popstate']) {
    addEventListener(name, () => ended.abort(), { signal, passive: true })
  }
  setTimeout(() => ended.abort(), PATIENCE_MS)
  grown.observe(document.body)
}
