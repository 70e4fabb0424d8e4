// Where in the page somebody is: the address says it, and links within the page load nothing anew.
import { useEffect, useState } from 'preact/hooks'
import { addressOf, routeOf } from './route.ts'
import type { Route, Somewhere } from './route.ts'
import { keepScroll, scrollBack } from './scroll.ts'

/** Shows something else. */
export type Go = (to: Somewhere, how?: GoOptions) => void

/** How to go somewhere. */
interface GoOptions {
  /** The way back does not lead here: what one types is no step. @default false */
  readonly isReplacing?: boolean
}

/** Where one is, and the way to somewhere else. `base` is where the page is mounted. */
export function usePlace(base: URL): readonly [Route, Go] {
  const [route, setRoute] = useState(() => routeOf(new URL(location.href), base))

  const show = (): void => setRoute(routeOf(new URL(location.href), base))
  const go: Go = (to, { isReplacing = false } = {}) => {
    const address = new URL(addressOf(to), base)
    if (isReplacing) history.replaceState(history.state, '', address)
    else visit(address)
    show()
  }

  useEffect(() => {
    const onClick = (event: MouseEvent): void => {
      const address = linkOf(event)
      if (!address || routeOf(address, base).view === 'nowhere') return
      event.preventDefault()
      visit(address)
      show()
    }
    const onPopState = (): void => {
      show()
      scrollBack()
    }
    const endKeeping = keepScroll()
    document.addEventListener('click', onClick)
    addEventListener('popstate', onPopState)
    return () => {
      endKeeping()
      document.removeEventListener('click', onClick)
      removeEventListener('popstate', onPopState)
    }
  }, [])
  return [route, go]
}

function visit(address: URL): void {
  if (address.href !== location.href) history.pushState(null, '', address)
}

/** Of a plain click on a link within the page; else null: the browser knows what to do. */
function linkOf(event: MouseEvent): URL | null {
  const { button, metaKey, ctrlKey, shiftKey, altKey, target, defaultPrevented } = event
  if (defaultPrevented || button !== 0 || metaKey || ctrlKey || shiftKey || altKey) return null
  const link = target instanceof Element ? target.closest('a') : null
  if (!link?.href || link.hasAttribute('download') || link.target !== '') return null
  return new URL(link.href)
}
