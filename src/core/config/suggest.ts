import { closest, distance } from "fastest-levenshtein";

/** The nearest of `known`, if it is near enough to be a slip of the fingers. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const sameLetters = known.find((name) => fold(name) === fold(typed));
  if (sameLetters) return sameLetters;
  const guess = closest(typed, known);
  return distance(typed, guess) <= Math.max(1, Math.floor(typed.length / 3)) ? guess : undefined;
}

/** `desired_count` and `desiredcount` both mean `desiredCount`. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, "");
}
