// A place for the view of sessions.
import type { Go } from '../place.ts'
import type { ListRoute } from '../route.ts'
import { Head } from './head.tsx'

export interface SessionsViewProps {
  readonly route: ListRoute
  readonly go: Go
}

export function SessionsView({ route }: SessionsViewProps) {
  return <Head title={route.view} />
}
