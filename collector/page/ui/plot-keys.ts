// The keys of a plot: the cursor goes along its points, the view comes nearer and goes back.

/** What the keys do. */
export interface PlotKeys {
  /** By so many steps; to an end where it is infinite. */
  move(steps: number): void
  /** The view is so many times as wide. */
  zoom(factor: number): void
  reset(): void
}

const FAR_STEPS = 10

/** True where the key was one of ours. */
export function pressKey(key: string, keys: PlotKeys): boolean {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      keys.move(-1)
      return true
    case 'ArrowRight':
    case 'ArrowUp':
      keys.move(1)
      return true
    case 'PageDown':
      keys.move(-FAR_STEPS)
      return true
    case 'PageUp':
      keys.move(FAR_STEPS)
      return true
    case 'Home':
      keys.move(-Infinity)
      return true
    case 'End':
      keys.move(Infinity)
      return true
    case '+':
    case '=': // the same key without shift
      keys.zoom(0.5)
      return true
    case '-':
      keys.zoom(2)
      return true
    case 'Escape':
      keys.reset()
      return true
    default:
      return false
  }
}
