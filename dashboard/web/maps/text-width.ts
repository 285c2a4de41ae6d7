/** How wide a text will be drawn, without drawing it. */

const wide = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]/

/** Han characters are as wide as they are high, others about 0.6 of that. In the units of `size`, the height of the letters. */
export const widthOf = (text: string, size: number): number =>
  [...text].reduce((sum, letter) => sum + (wide.test(letter) ? 1 : 0.6), 0) * size
