// Whether what is in a box is wider than it, so that it scrolls.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'

/** The reference goes to the box; what is in its first child is watched as well. */
export function useOverflow(): [RefObject<HTMLDivElement | null>, boolean] {
  const box = useRef<HTMLDivElement>(null)
  const [isOverflowing, setOverflowing] = useState(false)
  useEffect(() => {
    const { current } = box
    if (!current) return undefined
    const observer = new ResizeObserver(() =>
      // Half a pixel is rounding.
      setOverflowing(current.scrollWidth > current.clientWidth + 1),
    )
    observer.observe(current)
    if (current.firstElementChild) observer.observe(current.firstElementChild)
    return () => observer.disconnect()
  }, [])
  return [box, isOverflowing]
}
