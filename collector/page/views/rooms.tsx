// A place for the view of rooms.
import type { Go } from '../place.ts'
import type { ListRoute } from '../route.ts'
import { Head } from './head.tsx'

export interface RoomsViewProps {
  readonly route: ListRoute
  readonly go: Go
}

export function RoomsView({ route }: RoomsViewProps) {
  return <Head title={route.view} />
}
