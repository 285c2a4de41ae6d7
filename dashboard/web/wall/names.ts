/** The name over a building in the room that there is: whole, else cut so that it can still be read, never squeezed. Pure. */

const siteMark = ' · '
/** Of a site's name that is cut, at least so many letters stay; fewer say nothing. */
const siteLeast = 2

/** How a name is written in `room`; '' where not even its number has any. `widthOf`: how wide a text is, in the units of `room`. */
export function fitted(name: string, room: number, widthOf: (text: string) => number): string {
  const fits = (text: string) => widthOf(text) <= room
  if (fits(name)) return name
  const [building = '', ...site] = name.split(siteMark).reverse()
  const letters = [...site.reverse().join(siteMark)]
  for (let kept = letters.length - 1; kept >= siteLeast; kept -= 1) {
    const cut = `${letters.slice(0, kept).join('')}…${siteMark}${building}`
    if (fits(cut)) return cut
  }
  if (fits(building)) return building
  const number = /\d+/.exec(building)?.[0] ?? ''
  return number !== '' && fits(number) ? number : ''
}
