/** Fits the wall and the gate to the window, and lets them grow when somebody zooms in: type measured by the window alone would stay as small as it was. */

export type Window = { innerWidth: number; innerHeight: number; outerWidth: number; devicePixelRatio: number }
/** `rem`: CSS pixels of one rem. `narrow`: one column that scrolls, instead of the whole wall on the glass. */
export type Fit = { rem: number; narrow: boolean }

/** Below this width the whole wall has no room. */
const wholeFrom = 1_100
const remUsual = 16
/** Lesser zooms are not told from the frame and the side bars of a browser. */
const zoomFrom = 1.4

/** One rem is 1/120 of the width of a 16:9 screen, so the same wall fits 1366 and 3840 pixels; zoomed in, it is as large as it was asked to be. */
export function fitOf(window: Window): Fit {
  const zoom = zoomOf(window)
  const [width, height] = [window.innerWidth * zoom, window.innerHeight * zoom]
  const whole = width < wholeFrom ? remUsual : Math.min(width / 120, height / 64)
  const narrow = zoom > 1 || width < wholeFrom
  return { rem: narrow ? Math.max(remUsual, whole) : whole, narrow }
}

/** How much the page is zoomed in. A window is as wide as before on the outside, and inside there are fewer, larger pixels. */
function zoomOf({ innerWidth, outerWidth, devicePixelRatio }: Window): number {
  const zoom = outerWidth / innerWidth
  return zoom >= zoomFrom && devicePixelRatio > zoom * 0.95 ? zoom : 1
}

/** Keeps the page fitted until the returned function is called. */
export function keepFitted(): () => void {
  const { documentElement: page } = document
  const refit = () => {
    const { rem, narrow } = fitOf(window)
    page.style.fontSize = `${rem}px`
    page.classList.toggle('narrow', narrow)
  }
  refit()
  addEventListener('resize', refit)
  return () => {
    removeEventListener('resize', refit)
    page.style.fontSize = ''
    page.classList.remove('narrow')
  }
}
