import { assert, constantFrom, integer, array as listOf, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import type { PlanFeature, Point } from '../../../domain/site-plan.ts'
import { type Drawing, drawingOf } from './geometry.ts'
import { type Frame, frameOf, type Label, labelsOf, type Named } from './labels.ts'
import { widthOf } from './text-width.ts'

const building = (name: string, x: number, y: number): PlanFeature => ({
  ...{ kind: 'building', name, shape: 'area' },
  parts: [
    [
      [x, y],
      [x + 20, y],
      [x + 20, y + 8],
      [x, y + 8],
      [x, y],
    ] as const,
  ],
})
const gate = (name: string, x: number, y: number): PlanFeature => ({ kind: 'gate', name, shape: 'point', parts: [[[x, y]]] })

const boxOf = ({ x, y, size, text }: Label) => ({
  left: x - widthOf(text, size) / 2,
  right: x + widthOf(text, size) / 2,
  top: y - size * 0.86,
  bottom: y + size * 0.16,
})
const slack = 1e-6

const named = (features: readonly PlanFeature[]): Named[] =>
  features.map((feature, index) => ({ feature, texts: [feature.name], size: 4, rank: index }))

const drawn = listOf(
  record({
    x: integer({ min: 0, max: 300 }),
    y: integer({ min: 0, max: 200 }),
    name: constantFrom('3 栋', 'Bldg 12', '东门', '除颤仪 南门岗亭'),
    isGate: constantFrom(true, false),
  }),
  { minLength: 1, maxLength: 25 },
)

test('no name is cut at an edge and none lies over another, whatever the plan; the first is always named', () => {
  assert(
    property(drawn, (things) => {
      const features = things.map(({ x, y, name, isGate }) => (isGate ? gate(name, x, y) : building(name, x, y)))
      const [first] = features
      if (!first) return
      const drawing = drawingOf({ frame: 'picture', features }, { width: 340, height: 240 })
      const frame = frameOf(drawing, [first], 1.8)
      const labels = labelsOf(named(features), frame, drawing.at)
      expect(labels.has(first)).toBe(true)
      const boxes = [...labels.values()].map(boxOf)
      for (const [index, a] of boxes.entries()) {
        expect(a.left).toBeGreaterThanOrEqual(frame.x - slack)
        expect(a.right).toBeLessThanOrEqual(frame.x + frame.width + slack)
        expect(a.top).toBeGreaterThanOrEqual(frame.y - slack)
        expect(a.bottom).toBeLessThanOrEqual(frame.y + frame.height + slack)
        for (const b of boxes.slice(index + 1)) {
          const apart = a.right <= b.left + slack || b.right <= a.left + slack || a.bottom <= b.top + slack || b.bottom <= a.top + slack
          expect(apart).toBe(true)
        }
      }
    }),
  )
})

const within = ([x, y]: Point, frame: Frame): boolean =>
  x >= frame.x && y >= frame.y && x <= frame.x + frame.width && y <= frame.y + frame.height

test('beside a case: the building and its gate are shown whole and near; a small site is shown whole', () => {
  const features = Array.from({ length: 30 }, (_, index) => building(`${index + 1}`, (index % 6) * 60, Math.floor(index / 6) * 40))
  const east = gate('东门', 360, 10)
  const drawing: Drawing = drawingOf({ frame: 'picture', features: [...features, east] }, { width: 380, height: 200 })
  const called = features[5] as PlanFeature
  const frame = frameOf(drawing, [called, east], 1.8)
  for (const point of [...called.parts.flat(), ...east.parts.flat()]) expect(within(drawing.at(point), frame)).toBe(true)
  expect(frame.width).toBeLessThan(drawing.width * 0.6)
  expect(frame.x).toBeGreaterThanOrEqual(0)
  expect(frame.x + frame.width).toBeLessThanOrEqual(drawing.width + slack)
  expect(frameOf(drawing, features, 1.8)).toEqual({ x: 0, y: 0, width: drawing.width, height: drawing.height })
})
