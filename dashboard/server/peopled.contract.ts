/** Worlds with people in them, one or more for each test, closed when it ends. */
import { afterEach } from 'vitest'
import { openWorld, type Screen, type World, type WorldOptions } from './world.contract.ts'

/** `usual`: options of every world, unless it has its own. */
export function openPeopledWorlds(usual: WorldOptions = {}) {
  const worlds: World[] = []
  afterEach(async () => {
    for (const opened of worlds.splice(0)) await opened.close()
  })
  return async (options: WorldOptions = {}): Promise<World> => {
    const opened = await openWorld({ ...usual, ...options })
    worlds.push(opened)
    await opened.addUsers()
    return opened
  }
}

export const screenOf = async (world: World, name: string): Promise<Screen> => world.screen((await world.signIn(name)).cookie)
