const bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** The newest `width` values as a line of bars; `max` is the value of a full bar (the largest of them when absent). */
export function sparkline(values: readonly number[], width: number, max?: number): string {
  const shown = width > 0 ? values.slice(-width) : [];
  const top = max ?? Math.max(...shown, 0);
  return shown
    .map((value) => {
      if (top <= 0 || value <= 0) return bars[0];
      return bars[Math.min(bars.length - 1, Math.floor((value / top) * (bars.length - 1) + 0.5))] ?? bars[0];
    })
    .join("");
}

/** `████░░░░`: a share of `width` cells. */
export function gauge(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return "█".repeat(full) + "░".repeat(width - full);
}
