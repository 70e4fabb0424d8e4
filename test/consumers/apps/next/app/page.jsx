// Rendered on the server, with the client component in it.
import { Call } from './call.jsx'

export default function Page() {
  return <Call />
}
