/** The fastest server that Node can be: for each request it sees the same 1 kB page. Prints its port. */
import { type AddressInfo, createServer } from "node:net";

const body = "x".repeat(1024);
const head = [
  "HTTP/1.1 200 OK",
  "Date: Sun, 01 Jan 2023 00:00:00 GMT",
  "Server: Apache/2.4.62 (Debian)",
  'ETag: "400-62a0c1b7c2d40"',
  "Accept-Ranges: bytes",
  `Content-Length: ${body.length}`,
  "Content-Type: text/html",
].join("\r\n");
const answer = Buffer.from(`${head}\r\n\r\n${body}`);
const end = Buffer.from("\r\n\r\n");

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    for (let at = chunk.indexOf(end); at >= 0; at = chunk.indexOf(end, at + 4)) socket.write(answer);
  });
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 2048 }, () => {
  console.log((server.address() as AddressInfo).port);
});
// Ends with whoever started it.
process.stdin.resume().on("end", () => process.exit(0));
