// Parts of a view that are drawn one after another, so that none holds up what somebody does meanwhile.
import { useEffect, useState } from 'preact/hooks'

/** 0, 1 ... up to `last`, each in a task of its own, from when `isBegun`. */
export function useStage(isBegun: boolean, last: number): number {
  const [stage, setStage] = useState(0)
  useEffect(() => {
    if (!isBegun || stage >= last) return undefined
    const timer = setTimeout(() => setStage(stage + 1))
    return () => clearTimeout(timer)
  }, [isBegun, stage])
  return stage
}
