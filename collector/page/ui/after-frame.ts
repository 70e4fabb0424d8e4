// What may wait for a frame: a task of its own, so that none has both the work and what is laid out and painted of it.

/** Once the next frame is drawn; in a hidden page it waits. Returns what calls it off. */
export function afterFrame(task: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(task)
  })
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
}
