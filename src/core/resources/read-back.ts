/** What was just made or changed, read back. Throws an error that passes by itself when AWS does not show it yet. */
export async function readBack<Live>(live: Promise<Live | undefined>, what: string): Promise<Live> {
  const found = await live;
  if (found) return found;
  throw new NotVisibleYet(what);
}

class NotVisibleYet extends Error {
  constructor(what: string) {
    super(`AWS has accepted ${what} but does not list it yet.`);
    this.name = "NotVisibleYet";
  }
}
