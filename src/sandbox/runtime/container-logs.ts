import { PassThrough, type Readable } from "node:stream";
import { readLines } from "./output-lines.ts";

const headerBytes = 8;
const errorStream = 2;

/** Takes apart Docker's stream of standard output and error (a header of 8 bytes before each piece) into lines. */
export function readContainerLogs(stream: Readable, onLine: (line: string) => void): void {
  const outputs = [new PassThrough(), new PassThrough()] as const;
  for (const output of outputs) readLines(output, onLine);
  let rest: Buffer = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= headerBytes) {
      const end = headerBytes + rest.readUInt32BE(4);
      if (rest.length < end) break;
      outputs[rest[0] === errorStream ? 1 : 0].write(rest.subarray(headerBytes, end));
      rest = rest.subarray(end);
    }
  });
  const end = () => {
    for (const output of outputs) output.end();
  };
  stream.on("end", end).on("error", end).on("close", end);
}
