/** A block of IPv4 addresses: the first, and how many there are. */
export interface Block {
  first: number;
  size: number;
}

/** The block that `10.0.0.0/16` means, from its first address on; undefined when it is none. */
export function parseBlock(cidr: string | undefined): Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr ?? "");
  const [bits = 33, ...bytes] = (match?.slice(1) ?? []).map(Number).reverse();
  if (!match || bits > 32 || bytes.some((byte) => byte > 255)) return undefined;
  const address = bytes.reverse().reduce((sum, byte) => sum * 256 + byte, 0);
  const size = 2 ** (32 - bits);
  return { first: address - (address % size), size };
}

export const formatBlock = ({ first, size }: Block): string =>
  `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".")}/${32 - Math.log2(size)}`;

export const contains = (outer: Block, inner: Block): boolean =>
  inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;

export const overlap = (one: Block, other: Block): boolean =>
  one.first < other.first + other.size && other.first < one.first + one.size;
