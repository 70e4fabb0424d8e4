// Runs side by side: most of a run is waiting.

/** So many runs, at most so many at the same time. Rejects when all have ended, as the first that failed. */
export async function inLanes<Value>(
  runs: number,
  lanes: number,
  work: () => Promise<Value>,
): Promise<Value[]> {
  const done: Value[] = []
  const runLane = async (first: number): Promise<void> => {
    for (let run = first; run < runs; run += lanes) done.push(await work())
  }
  const ended = await Promise.allSettled(
    Array.from({ length: lanes }, (_, first) => runLane(first)),
  )
  for (const lane of ended) if (lane.status === 'rejected') throw lane.reason
  return done
}
