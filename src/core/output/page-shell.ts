import { createHash } from "node:crypto";
import { embedJson, Html, markup } from "./html.ts";
import type { PageAssets } from "./page-assets.ts";

export interface PageParts {
  title: string;
  body: readonly Html[];
  /** What the page's script draws from. */
  data: unknown;
  assets: PageAssets;
}

/** One page that needs nothing but itself and runs nothing but its own script. */
export function renderPage({ title, body, data, assets: { script, style } }: PageParts): string {
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; script-src '${hash(script)}'; style-src '${hash(style)}'; img-src data:; base-uri 'none'; form-action 'none'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        <style>${new Html(style)}</style>
      </head>
      <body>
        <main>${body}</main>
        <script type="application/json" id="data">${embedJson(data)}</script>
        <script>${new Html(script)}</script>
      </body>
    </html> `.text;
}

const hash = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

/** A titled card of the page. */
export const section = (title: string, note: string, body: Html): Html =>
  markup`<section>
    <h2>${title} <small>${note}</small></h2>
    <div class="scroll">${body}</div>
  </section> `;

/** What a reader sees first: figures in large type, each with what it is. */
export const figureTiles = (tiles: readonly (readonly [label: string, value: string])[]): Html =>
  markup`<section class="figures">
    ${tiles.map(([label, value]) => markup`<div><b>${value}</b><span class="muted">${label}</span></div>`)}
  </section> `;

/** A titled place for a chart, which the page's script finds by its id. */
export const chartCard = (id: string, title: string, note: string): Html =>
  markup`<section>
    <h2>${title} <small>${note}</small></h2>
    <div class="chart" id="${id}"></div>
  </section> `;

/** Charts two by two where there is room; false where there is nothing to draw. */
export const chartPairs = (cards: readonly (Html | false)[]): Html =>
  markup`<div class="pair">${cards.filter((card) => card !== false)}</div>
    <noscript
      ><section>
        <p>The charts are drawn by a script, which is switched off here; the tables have the figures.</p>
      </section></noscript
    > `;

type Cell = Html | string;

/** Columns whose name begins with `#` are numbers; those without a name are as narrow as can be. */
export function table(columns: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  const classOf = (index: number) =>
    columns[index]?.startsWith("#") ? "number" : columns[index] === "" ? "narrow" : "long";
  return markup`<table class="list">
    <tr>
      ${columns.map((name, index) => markup`<th class="${classOf(index)}">${name.replace("#", "")}</th>`)}
    </tr>
    ${rows.map(
      (row) =>
        markup`<tr>
          ${row.map((cell, index) => markup`<td class="${classOf(index)}">${cell}</td>`)}
        </tr> `,
    )}
  </table>`;
}
