import assert from "node:assert/strict";
import { test } from "node:test";
import { KnownHeads } from "../../../src/core/loadtest/known-heads.ts";

const answer = (head: string[], body = "page") => Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
const plain = answer(["HTTP/1.1 200 OK", "Date: now", "Content-Length: 4"]);

test("an answer with a head that was accepted before is recognized, whatever its body", () => {
  const heads = new KnownHeads();
  assert.equal(heads.recognize(plain), undefined);
  heads.learn(plain, 200);
  const other = answer(["HTTP/1.1 200 OK", "Date: now", "Content-Length: 4"], "news");
  assert.equal(heads.recognize(other), 200);
});

test("another head, another length, and half an answer are parsed", () => {
  const heads = new KnownHeads();
  heads.learn(plain, 200);
  assert.equal(heads.recognize(answer(["HTTP/1.1 200 OK", "X: NOW", "Content-Length: 4"])), undefined);
  assert.equal(heads.recognize(plain.subarray(0, -1)), undefined);
  assert.equal(heads.recognize(Buffer.concat([plain, Buffer.from("x")])), undefined);
});

test("what changes nothing may change: the date, and how many more requests a connection takes", () => {
  const heads = new KnownHeads();
  const apache = (date: string, max: string, tag = "x") =>
    answer([
      "HTTP/1.1 200 OK",
      `Date: ${date}`,
      `ETag: ${tag}`,
      "Content-Length: 4",
      `Keep-Alive: timeout=5, max=${max}`,
      "Connection: Keep-Alive",
    ]);
  assert.equal(heads.learn(apache("12:00:00", "99"), 200), true);
  assert.equal(heads.recognize(apache("12:00:01", "98")), 200);
  assert.equal(heads.recognize(apache("12:00:02", "97")), 200);
  assert.equal(heads.recognize(apache("12:00:02", "97", "y")), undefined);
  assert.equal(heads.recognize(apache("12:00:02", "9,")), undefined);
  assert.equal(heads.recognize(apache("12:00\r\na", "97")), undefined);
});

test("chunks are known when all of them are the same, and so is an answer without a body", () => {
  const heads = new KnownHeads();
  const chunked = (body: string) => answer(["HTTP/1.1 200 OK", "Transfer-Encoding: chunked"], body);
  assert.equal(heads.learn(chunked("4\r\npage\r\n0\r\n\r\n"), 200), true);
  assert.equal(heads.recognize(chunked("4\r\npage\r\n0\r\n\r\n")), 200);
  assert.equal(heads.recognize(chunked("4\r\nnews\r\n0\r\n\r\n")), undefined);
  assert.equal(heads.learn(chunked("0\r\n\r\n"), 200), true);
  assert.equal(heads.learn(answer(["HTTP/1.1 204 No Content", "Date: now"], ""), 204), true);
  assert.equal(heads.recognize(answer(["HTTP/1.1 204 No Content", "Date: NOW"], "")), 204);
});

test("answers are trusted to be known while most of them are", () => {
  const heads = new KnownHeads();
  heads.learn(plain, 200);
  assert.equal(heads.trusted, false);
  heads.learn(plain, 200);
  assert.equal(heads.trusted, true);
  heads.doubt();
  assert.equal(heads.trusted, false);
  for (let index = 0; index < 20; index++) heads.recognize(plain);
  heads.doubt();
  assert.equal(heads.trusted, true);
});

test("what has been read into again stays known", () => {
  const heads = new KnownHeads();
  const chunk = Buffer.from(plain);
  heads.learn(chunk, 200);
  chunk.fill(0);
  assert.ok(heads.recognize(plain));
});

const unlearnable: [why: string, chunk: Buffer, status: number][] = [
  ["a connection that ends", answer(["HTTP/1.1 200 OK", "Connection: close", "Content-Length: 4"]), 200],
  ["another connection", answer(["HTTP/1.1 200 OK", "Connection: keep-alive, close", "Content-Length: 4"]), 200],
  ["more than the last chunk", answer(["HTTP/1.1 200 OK", "Transfer-Encoding: chunked"], "0\r\n\r\nHTTP/1.1"), 200],
  [
    "a long body in chunks",
    answer(["HTTP/1.1 200 OK", "Transfer-Encoding: chunked"], `${"x".repeat(20_000)}\r\n0\r\n\r\n`),
    200,
  ],
  ["an upgrade", answer(["HTTP/1.1 200 OK", "Upgrade: h2c", "Content-Length: 4"]), 200],
  ["an older protocol", answer(["HTTP/1.0 200 OK", "Content-Length: 4"]), 200],
  ["the length of what was not sent", answer(["HTTP/1.1 200 OK", "Content-Length: 4"], ""), 200],
  ["a status without a body", answer(["HTTP/1.1 304 Not Modified", "Content-Length: 4"]), 304],
  ["the end of another answer", Buffer.from("page"), 200],
];

for (const [why, chunk, status] of unlearnable)
  test(`${why} is not learned`, () => {
    const heads = new KnownHeads();
    heads.learn(chunk, status);
    assert.equal(heads.recognize(chunk), undefined);
  });

test("only the last few heads are kept", () => {
  const heads = new KnownHeads();
  const dated = (second: number) => answer(["HTTP/1.1 200 OK", `ETag: ${second}`, "Content-Length: 4"]);
  for (let second = 0; second < 10; second++) heads.learn(dated(second), 200);
  assert.equal(heads.recognize(dated(0)), undefined);
  assert.ok(heads.recognize(dated(9)));
});
