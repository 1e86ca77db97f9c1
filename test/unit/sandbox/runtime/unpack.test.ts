import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { findDocumentRoot } from "../../../../src/sandbox/runtime/document-root.ts";
import { unpackImage } from "../../../../src/sandbox/runtime/unpack.ts";
import { makeFolder } from "../../../support/builds.ts";
import { makeTar, type TarEntry } from "../../../support/images.ts";

async function unpack(dir: string, layers: readonly (readonly TarEntry[])[]) {
  const files = [];
  for (const [index, entries] of layers.entries()) {
    const file = path.join(dir, `${index}.tar.gz`);
    await writeFile(file, gzipSync(await makeTar(entries)));
    files.push({ file, mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" });
  }
  return await unpackImage(path.join(dir, "image"), files);
}

describe("layers that try to leave the image", () => {
  const cases: [string, TarEntry[]][] = [
    ["a parent folder", [{ name: "../outside.txt", content: "bad" }]],
    ["a parent folder in the middle", [{ name: "a/../../outside.txt", content: "bad" }]],
    ["a hard link to the outside", [{ name: "copy", type: "link", linkname: "../../secret.txt" }]],
  ];
  for (const [name, entries] of cases)
    test(name, async () => {
      await using folder = await makeFolder({ "secret.txt": "secret" });
      await assert.rejects(unpack(folder.dir, [entries]), { name: "UnsafeLayerError" });
      assert.deepEqual((await readdir(folder.dir)).sort(), ["0.tar.gz", "secret.txt"]);
    });

  test("links to the outside are left out, and nothing is written through them", async () => {
    await using folder = await makeFolder({ "outside/kept.txt": "kept" });
    const { root } = await unpack(folder.dir, [
      [{ name: "up", type: "symlink", linkname: "../../outside" }],
      [{ name: "up/kept.txt", content: "changed" }],
    ]);
    assert.equal(await readFile(path.join(folder.dir, "outside/kept.txt"), "utf8"), "kept");
    assert.equal(await readFile(path.join(root, "up/kept.txt"), "utf8"), "changed");
  });

  test("an absolute link begins at the image's own root", async () => {
    await using folder = await makeFolder({});
    const { root } = await unpack(folder.dir, [
      [
        { name: "etc/passwd", content: "ours" },
        { name: "link", type: "symlink", linkname: "/etc/passwd" },
      ],
    ]);
    assert.equal(await readFile(path.join(root, "link"), "utf8"), "ours");
  });
});

test("whiteouts take files and folders of lower layers away", async () => {
  await using folder = await makeFolder({});
  const { root } = await unpack(folder.dir, [
    [
      { name: "a/one", content: "1" },
      { name: "a/two", content: "2" },
      { name: "b/three", content: "3" },
    ],
    [{ name: "a/.wh.one" }, { name: "b/.wh..wh..opq" }, { name: "b/four", content: "4" }],
  ]);
  assert.deepEqual([await readdir(path.join(root, "a")), await readdir(path.join(root, "b"))], [["two"], ["four"]]);
});

describe("the document root", () => {
  const at = (file: string): TarEntry => ({ name: file, content: "x" });
  const cases: [string, TarEntry[][], string[], string | undefined][] = [
    ["Apache's", [[at("usr/local/apache2/htdocs/index.html")]], ["httpd-foreground"], "/usr/local/apache2/htdocs"],
    ["the newest layer's", [[at("usr/share/nginx/html/index.html")], [at("srv/site/index.html")]], [], "/srv/site"],
    ["the shallowest", [[at("app/docs/index.html"), at("app/index.html")]], [], "/app"],
    ["not a dependency's", [[at("app/node_modules/x/index.html"), at("var/www/html/a.css")]], [], "/var/www/html"],
    ["what the command names", [[at("www/a.css"), at("other/index.html")]], ["httpd", "-f", "-h", "/www"], "/www"],
    ["none", [[at("bin/app")]], ["/bin/app"], undefined],
  ];
  for (const [name, layers, argv, expected] of cases)
    test(name, async () => {
      await using folder = await makeFolder({});
      const image = await unpack(folder.dir, layers);
      const found = findDocumentRoot(image, argv);
      assert.equal(found, expected === undefined ? undefined : path.join(image.root, expected));
    });
});
