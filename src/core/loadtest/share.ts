/**
 * Gives every connection a target, each target an even share, moving as few connections as possible: `current[i]` is the
 * target of connection i. Without targets, nobody has one.
 */
export function shareOut(current: readonly (string | undefined)[], targets: readonly string[]): (string | undefined)[] {
  if (targets.length === 0) return current.map(() => undefined);
  const least = Math.floor(current.length / targets.length);
  let extra = current.length % targets.length;
  const room = new Map(targets.map((target) => [target, least]));
  const shared = current.map((target) => {
    if (target === undefined) return undefined;
    const left = room.get(target) ?? 0;
    if (left > 0) {
      room.set(target, left - 1);
      return target;
    }
    // The remainder stays with targets that have it already; `-1` marks one that took its part of it.
    if (left === 0 && extra > 0 && room.has(target)) {
      extra--;
      room.set(target, -1);
      return target;
    }
    return undefined;
  });
  const free = targets.flatMap((target) => Array.from({ length: Math.max(0, room.get(target) ?? 0) }, () => target));
  const spare = targets.filter((target) => room.get(target) !== -1);
  return shared.map((target) => target ?? free.shift() ?? spare.shift());
}
