import { expect, test } from 'vitest'
import { fitOf } from './fit.ts'

/** A window of a screen with so many pixels, zoomed in by the browser. */
const zoomed = ([width, height]: readonly [number, number], zoom: number, scale = 1) =>
  fitOf({ innerWidth: width / zoom, innerHeight: height / zoom, outerWidth: width, devicePixelRatio: scale * zoom })

test('the whole wall fills any screen it has room on', () => {
  expect(zoomed([1366, 768], 1)).toEqual({ rem: 1366 / 120, narrow: false })
  expect(zoomed([1920, 1080], 1)).toEqual({ rem: 16, narrow: false })
  expect(zoomed([3840, 2160], 1)).toEqual({ rem: 32, narrow: false })
  // A screen of fine pixels on which everything is drawn twice as large is not zoomed.
  expect(zoomed([1920, 1080], 1, 2)).toEqual({ rem: 16, narrow: false })
  // Nor is a window with a broad side bar of the browser.
  expect(fitOf({ innerWidth: 1300, innerHeight: 1000, outerWidth: 1900, devicePixelRatio: 1 }).narrow).toBe(false)
})

test.each([
  [1366, 768],
  [1920, 1080],
  [2560, 1440],
  [3840, 2160],
])('zooming a %d × %d screen to 200 %% doubles the type, in one column', (width, height) => {
  const [before, after] = [zoomed([width, height], 1), zoomed([width, height], 2)]
  expect(after.narrow).toBe(true)
  expect(after.rem * 2).toBeGreaterThanOrEqual(before.rem * 2)
})

test('a small window has one column and the usual type', () => {
  expect(zoomed([320, 640], 1)).toEqual({ rem: 16, narrow: true })
})
