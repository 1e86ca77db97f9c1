import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const places = ["chromium", "chromium-browser", "google-chrome"].map((name) => `/usr/bin/${name}`);
const found = (): string | undefined =>
  [process.env["ECSCTL_TEST_CHROMIUM"] ?? "", ...places].find((path) => path !== "" && existsSync(path));

/** Why the tests in a browser cannot run here; false when they can. CI, which installs a browser, requires one. */
export function whyNoBrowser(): string | false {
  const why = found() ? false : "there is no Chromium on this computer";
  if (why && process.env["ECSCTL_TEST_BROWSER"] === "required")
    throw new Error(`ECSCTL_TEST_BROWSER=required, but ${why}`);
  return why;
}

/** A headless Chromium. Without its own sandbox, which root in a container cannot have; it opens only our pages. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: found() ?? "", args: ["--no-sandbox"] });
}
