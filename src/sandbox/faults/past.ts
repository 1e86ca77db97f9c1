import { World } from "../world/world.ts";

interface Snapshot {
  /** The world's time just before a write. */
  at: number;
  text: string;
  world?: World | undefined;
}

/**
 * The world as it was: what reads see while they lag behind writes. A copy is kept from just before every write, so a
 * read that lags by T sees what engines did in between but no write of the last T.
 */
export class Past {
  private readonly snapshots: Snapshot[] = [];
  private readonly present: World;

  constructor(present: World) {
    this.present = present;
  }

  /** Remembers the world before a write; what is older than `keepMs` of its time is forgotten. */
  keep(keepMs: number): void {
    const now = this.present.clock.now();
    while (this.snapshots[0] && this.snapshots[0].at < now - keepMs) this.snapshots.shift();
    this.snapshots.push({ at: now, text: this.present.store.save() });
  }

  /** The world without the writes of the last `lagMs` of its time. */
  world(lagMs: number): World {
    const since = this.present.clock.now() - lagMs;
    const snapshot = this.snapshots.find(({ at }) => at >= since);
    if (!snapshot) return this.present;
    snapshot.world ??= this.copy(snapshot.text);
    return snapshot.world;
  }

  private copy(text: string): World {
    const { clock, runtime, endpoint } = this.present;
    const world = new World({ clock, runtime, engines: [], endpoint });
    world.store.load(text);
    return world;
  }
}
