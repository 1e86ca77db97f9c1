import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { UnpackedImage } from "./unpack.ts";

/** Where well-known web servers look: Apache, nginx, Debian's Apache, Caddy. */
const knownRoots = ["/usr/local/apache2/htdocs", "/usr/share/nginx/html", "/var/www/html", "/usr/share/caddy"];

/**
 * The folder, absolute on this computer, that a web server of the image would serve: what its command names (`-h DIR`),
 * else where the topmost layer with an `index.html` has it, else a known place. Undefined when there is none.
 */
export function findDocumentRoot(image: UnpackedImage, argv: readonly string[]): string | undefined {
  const named = namedRoot(argv);
  const candidates = [...(named === undefined ? [] : [named]), ...indexFolders(image.layers), ...knownRoots];
  return candidates
    .map((folder) => path.join(image.root, folder))
    .find((folder) => existsSync(folder) && statSync(folder).isDirectory());
}

/** `httpd -f -h /www`, as busybox spells it. */
function namedRoot(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((word) => word === "-h" || word === "--directory");
  return at === -1 ? undefined : argv[at + 1];
}

/** Newest layer first; in a layer the known places first, then the shallowest folder. */
function indexFolders(layers: readonly string[][]): string[] {
  return [...layers].reverse().flatMap((files) =>
    files
      .filter((file) => path.basename(file) === "index.html" && !file.includes("/node_modules/"))
      .map((file) => path.dirname(file))
      .sort((a, b) => rank(a) - rank(b)),
  );
}

const rank = (folder: string): number => (knownRoots.includes(folder) ? 0 : folder.split("/").length);
