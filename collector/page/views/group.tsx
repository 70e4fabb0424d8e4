// A place for the view of group.
import type { Go } from '../place.ts'
import type { GroupRoute } from '../route.ts'
import { Head } from './head.tsx'

export interface GroupViewProps {
  readonly route: GroupRoute
  readonly go: Go
}

export function GroupView({ route }: GroupViewProps) {
  return <Head title={route.view} />
}
