// An address that means nothing here.
import { addressOf, listRoute } from '../route.ts'
import { Empty } from '../ui/notice.tsx'
import { Head } from './head.tsx'

/** Says so, and where to go. */
export function Nowhere() {
  return (
    <>
      <Head title="Nothing here" />
      <Empty>
        This address means nothing to the live page. See the{' '}
        <a href={addressOf(listRoute('rooms'))}>rooms</a>.
      </Empty>
    </>
  )
}
