// Mounts the call, and unmounts it again.
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Call } from './Call.tsx'

function App() {
  const [isInCall, setIsInCall] = useState(true)
  return (
    <>
      {isInCall && <Call />}
      <button id="toggle" onClick={() => setIsInCall(!isInCall)}>
        {isInCall ? 'Hang up' : 'Call'}
      </button>
    </>
  )
}

const root = document.getElementById('app')
if (!root) throw new Error('the page has no #app')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
