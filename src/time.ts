// Promises with a limit, so that nothing of the public API hangs.

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
