import { deflateSync } from "node:zlib";

/** First words of HdrHistogram's V2 format, plain and compressed. */
const cookie = 0x1c849313;
const compressedCookie = 0x1c849314;
const headerBytes = 40;
const digits = 3;

/**
 * Counts of values from 1 to `highest` with three significant digits, in HdrHistogram's cells, as its V2 compressed format
 * in base64. Written here because a sample each second needs it: the library's way costs some ms and a MB each time.
 * @see https://github.com/HdrHistogram/HdrHistogram/blob/master/src/main/java/org/HdrHistogram/EncodableHistogram.java
 */
export function encodeCounts(counts: Uint32Array, highest: number): string {
  const numbers: number[] = [];
  let zeros = 0;
  for (const count of counts) {
    if (count === 0) {
      zeros++;
      continue;
    }
    // A run of empty cells is its length below zero.
    if (zeros > 0) writeNumber(numbers, -zeros);
    zeros = 0;
    writeNumber(numbers, count);
  }
  const plain = Buffer.alloc(headerBytes + numbers.length);
  plain.writeUInt32BE(cookie, 0);
  plain.writeUInt32BE(numbers.length, 4);
  plain.writeUInt32BE(digits, 12);
  plain.writeBigUInt64BE(1n, 16);
  plain.writeBigUInt64BE(BigInt(highest), 24);
  plain.writeDoubleBE(1, 32);
  plain.set(numbers, headerBytes);
  const compressed = deflateSync(plain);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(compressedCookie, 0);
  head.writeUInt32BE(compressed.length, 4);
  return Buffer.concat([head, compressed]).toString("base64");
}

/** ZigZag, then seven bits a byte, the lowest first. */
function writeNumber(bytes: number[], value: number): void {
  let left = value < 0 ? -2 * value - 1 : 2 * value;
  while (left > 127) {
    bytes.push((left % 128) + 128);
    left = Math.floor(left / 128);
  }
  bytes.push(left);
}
