/** Asks the machine not to switch its screen off, and again whenever the page comes back: a hidden page loses that. */
export function keepAwake(): () => void {
  const ask = () => {
    if (document.visibilityState === 'visible') void request()
  }
  ask()
  document.addEventListener('visibilitychange', ask)
  return () => document.removeEventListener('visibilitychange', ask)
}

/** Where it is not allowed, nothing is lost. */
async function request(): Promise<void> {
  try {
    await navigator.wakeLock?.request('screen')
  } catch {
    return
  }
}
