/** Something of the app that is there. */
export interface Found {
  /** `security-group/instances-web`. */
  id: string;
  /** Tries to delete it: true when AWS accepted, false when it cannot go yet. Absent: it goes with something else. */
  remove?: () => Promise<boolean>;
}

/** A deletion that AWS refuses now (something still hangs on it) is tried again at the next look. */
export async function accepted(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch {
    return false;
  }
}
