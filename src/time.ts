// Promises with a limit, so that nothing of the public API hangs; and the way to let the page work.

/** What `promise` resolves to, or `fallback` when it rejects or takes longer than `limitMs`. Never rejects. */
export function within<T, F>(limitMs: number, promise: Promise<T>, fallback: F): Promise<T | F> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(fallback), limitMs)
    const settle = (value: T | F): void => {
      clearTimeout(timer)
      resolve(value)
    }
    promise.then(settle, () => settle(fallback))
  })
}

/** Resolves in a task of its own, when the page has done what waits for it. A hidden page has nothing that could jank. */
export function yieldToPage(): Promise<void> {
  const { scheduler } = globalThis as { scheduler?: { yield?(): Promise<void> } }
  // A hidden page's timers are held back for a second, and for a minute later.
  if (document.hidden) return Promise.resolve()
  return scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve))
}
