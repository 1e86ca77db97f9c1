import assert from "node:assert/strict";
import { chmod, utimes } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { buildImage } from "../../../src/core/image/builtin.ts";
import type { EcsctlError } from "../../../src/core/errors.ts";
import { build, makeFolder } from "../../support/builds.ts";

const names = (layers: { name: string }[][]) => layers.map((layer) => layer.map(({ name }) => name));

test("the same files make the same image, whenever and wherever they were written", async () => {
  const files = { Dockerfile: "FROM scratch\nCOPY . /site/", "b.txt": "b", "a/c.txt": "c", "index.html": "hi" };
  const first = await build(files);
  await using folder = await makeFolder(files);
  await using work = await makeFolder({});
  await utimes(path.join(folder.dir, "b.txt"), 1e9, 1e9);
  await chmod(path.join(folder.dir, "index.html"), 0o600);
  const second = await buildImage({
    context: folder.dir,
    dockerfile: path.join(folder.dir, "Dockerfile"),
    label: "other/Dockerfile",
    platform: { os: "linux", architecture: "amd64" },
    buildArgs: {},
    modified: 0,
    workDir: work.dir,
    findBase: async () => undefined,
  });
  assert.equal(second.digest, first.image.digest);
  assert.notEqual((await build({ ...files, "b.txt": "B" })).image.digest, first.image.digest);
  const entries = first.layers[0] ?? [];
  assert.deepEqual(names(first.layers), [
    ["site/Dockerfile", "site/a/", "site/a/c.txt", "site/b.txt", "site/index.html"],
  ]);
  assert.ok(entries.every(({ uid, mtime }) => uid === 0 && mtime === 0));
});

test("SOURCE_DATE_EPOCH dates what is in the image", async () => {
  const { layers, whole } = await build({ Dockerfile: "FROM scratch\nCOPY a /a", a: "" }, { modified: 1_700_000_000 });
  assert.equal(layers[0]?.[0]?.mtime, 1_700_000_000_000);
  assert.equal(whole.created, "2023-11-14T22:13:20.000Z");
});

describe("COPY", () => {
  const files = { "index.html": "hi", "site/a.css": "a", "site/img/b.png": "b", "notes.md": "no" };
  const cases: [string, string[]][] = [
    ["COPY index.html /www/", ["www/index.html"]],
    ["COPY index.html /www/start.html", ["www/start.html"]],
    ["COPY index.html /usr/local/apache2/htdocs", ["usr/local/apache2/htdocs/index.html"]],
    ["COPY site /www", ["www/a.css", "www/img/", "www/img/b.png"]],
    ["COPY site/ /www/", ["www/a.css", "www/img/", "www/img/b.png"]],
    ["COPY ./site/*.css index.html /www/", ["www/a.css", "www/index.html"]],
    ["WORKDIR /srv\nCOPY index.html .", ["srv/index.html"]],
    ["WORKDIR /srv\nWORKDIR app\nCOPY index.html ./x/", ["srv/app/x/index.html"]],
    ['COPY ["index.html", "/with space/"]', ["with space/index.html"]],
    ["ADD index.html /www/", ["www/index.html"]],
    ["ENV ROOT=/web\nCOPY index.html ${ROOT}/", ["web/index.html"]],
  ];
  for (const [text, expected] of cases)
    test(text, async () => {
      const { layers } = await build({ ...files, Dockerfile: `FROM scratch\n${text}` });
      assert.deepEqual(names(layers), [expected]);
    });

  test(".dockerignore keeps files out", async () => {
    const { layers } = await build({
      ...files,
      Dockerfile: "FROM scratch\nCOPY . /",
      ".dockerignore": "*\n!site\n**/*.png",
    });
    assert.deepEqual(names(layers), [["site/", "site/a.css", "site/img/"]]);
  });

  test("--chown and --chmod", async () => {
    const { layers } = await build({
      ...files,
      Dockerfile: "FROM scratch\nCOPY --chown=1000:1000 --chmod=700 index.html /",
    });
    assert.deepEqual(
      layers[0]?.map(({ uid, mode }) => [uid, mode]),
      [[1000, 0o700]],
    );
  });

  test("--from takes what an earlier stage copied; only the last stage is the image", async () => {
    const { layers } = await build({
      ...files,
      Dockerfile: "FROM scratch AS assets\nCOPY site /out\nFROM scratch\nCOPY --from=assets /out/img /www/img",
    });
    assert.deepEqual(names(layers), [["www/img/b.png"]]);
  });

  test("FROM another stage goes on where that one ended", async () => {
    const { layers, config } = await build({
      ...files,
      Dockerfile: "FROM scratch AS base\nENV A=1\nCOPY index.html /\nFROM base\nCOPY notes.md /",
    });
    assert.deepEqual(names(layers), [["index.html"], ["notes.md"]]);
    assert.deepEqual(config.Env, ["A=1"]);
  });
});

test("what the image says about itself", async () => {
  const { config, whole } = await build(
    {
      Dockerfile: `
ARG TAG=1
FROM scratch
ARG TAG
ARG NAME=nobody
ENV GREETING="hello $NAME" TAG=v$TAG
LABEL a=b c="d e"
EXPOSE 80 53/udp
WORKDIR /srv
USER 1000
VOLUME /data
STOPSIGNAL SIGWINCH
HEALTHCHECK --interval=30s --retries=3 CMD curl -f http://localhost/
ENTRYPOINT ["/bin/app"]
CMD --port 80`,
    },
    { buildArgs: { NAME: "you" } },
  );
  assert.deepEqual(config, {
    Env: ["GREETING=hello you", "TAG=v1"],
    Labels: { a: "b", c: "d e" },
    ExposedPorts: { "80/tcp": {}, "53/udp": {} },
    WorkingDir: "/srv",
    User: "1000",
    Volumes: { "/data": {} },
    StopSignal: "SIGWINCH",
    Healthcheck: { Test: ["CMD-SHELL", "curl -f http://localhost/"], Interval: 30e9, Retries: 3 },
    Entrypoint: ["/bin/app"],
    Cmd: ["/bin/sh", "-c", "--port 80"],
  });
  assert.deepEqual(whole.rootfs, { type: "layers", diff_ids: [] });
});

test("a base gives its configuration and its layers; a new ENTRYPOINT forgets its CMD", async () => {
  const base = {
    config: {
      architecture: "amd64",
      os: "linux",
      config: { Env: ["PATH=/bin"], Cmd: ["httpd-foreground"], ExposedPorts: { "80/tcp": {} } },
      rootfs: { type: "layers" as const, diff_ids: ["sha256:base"] },
      history: [{ created_by: "base" }],
    },
    layers: [{ mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip", digest: "sha256:aa", size: 5 }],
    open: () => Promise.reject(new Error("not in this test")),
  };
  await using folder = await makeFolder({ Dockerfile: 'FROM httpd\nENV A=1\nCOPY x /x\nENTRYPOINT ["/x"]', x: "x" });
  await using work = await makeFolder({});
  const asked: string[] = [];
  const image = await buildImage({
    context: folder.dir,
    dockerfile: path.join(folder.dir, "Dockerfile"),
    label: "Dockerfile",
    platform: { os: "linux", architecture: "amd64" },
    buildArgs: {},
    modified: 0,
    workDir: work.dir,
    findBase: async (reference) => {
      asked.push(reference);
      return base;
    },
  });
  const config = JSON.parse(image.config) as typeof base.config;
  assert.deepEqual(asked, ["httpd"]);
  assert.deepEqual(config.config, { Env: ["PATH=/bin", "A=1"], ExposedPorts: { "80/tcp": {} }, Entrypoint: ["/x"] });
  assert.equal(config.rootfs.diff_ids.length, 2);
  const { layers } = JSON.parse(image.manifest) as { layers: { mediaType: string; digest: string }[] };
  assert.deepEqual(
    layers.map(({ mediaType }) => mediaType),
    Array(2).fill("application/vnd.oci.image.layer.v1.tar+gzip"),
  );
  assert.equal(layers[0]?.digest, "sha256:aa");
});

describe("what needs an engine or is wrong says where", () => {
  const cases: [string, string, string][] = [
    ["FROM scratch\n\nRUN make", "EngineNeeded", "Dockerfile:3: RUN needs a container engine"],
    ["FROM scratch\nCOPY --from=nginx /a /b", "EngineNeeded", "Dockerfile:2: COPY --from=nginx"],
    ["FROM scratch\nADD https://example.com/a /a", "DockerfileUnsupported", "Dockerfile:2: ADD of a URL"],
    ["FROM scratch\nADD a.tar.gz /a", "DockerfileUnsupported", "Dockerfile:2: ADD of an archive"],
    ["FROM scratch\nCOPY nothing /a", "CopySourceNotFound", 'Dockerfile:2: found no "nothing" in the build context'],
    ["FROM scratch\nCOPY ../secret /a", "CopySourceNotFound", "Dockerfile:2: found no"],
    ["FROM scratch\nCOPY Dockerfile x /a", "CopySourceNotFound", "Dockerfile:2: found no"],
    ["FROM scratch\nCOPY a", "DockerfileInvalid", "Dockerfile:2: found COPY a, expected"],
    ["FROM scratch\nEXPOSE 99999", "DockerfileInvalid", 'Dockerfile:2: found port "99999"'],
    ["FROM scratch\nCOPY --chown=web Dockerfile /a", "DockerfileUnsupported", "Dockerfile:2: found --chown=web"],
    ["FROM scratch AS\nCMD x", "DockerfileInvalid", "Dockerfile:1: found FROM scratch AS"],
  ];
  for (const [text, code, message] of cases)
    test(text.split("\n").at(-1) ?? "", () =>
      assert.rejects(build({ Dockerfile: text }), (error: EcsctlError) => {
        assert.equal(error.code, code);
        assert.ok(error.message.startsWith(message), error.message);
        assert.equal(error.exitCode, 3);
        return true;
      }),
    );
});
