import type uPlot from "uplot";

/** Draws, and draws again when the width or the colours change. */
export function keepDrawn(drawAll: () => uPlot[]): void {
  let charts = drawAll();
  const redraw = (): void => {
    for (const chart of charts) chart.destroy();
    charts = drawAll();
  };
  let width = document.body.clientWidth;
  new ResizeObserver(() => {
    // Only the width: the height follows from what is drawn, and would make it draw for ever.
    if (document.body.clientWidth === width) return;
    width = document.body.clientWidth;
    redraw();
  }).observe(document.body);
  for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", redraw);
}
