/** The report page's program and style, each as one text. */
export interface PageAssets {
  script: string;
  style: string;
}

/** Bundles them from `report-page`. The build puts the finished texts in the place of this file. */
export async function loadPageAssets(): Promise<PageAssets> {
  const { bundlePage } = await import("../../../scripts/bundle-page.ts");
  return bundlePage();
}

/** The same for the page of a rehearsal. */
export async function loadRehearsalAssets(): Promise<PageAssets> {
  const { bundlePage } = await import("../../../scripts/bundle-page.ts");
  return bundlePage("rehearsal-page");
}
