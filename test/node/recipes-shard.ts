/** A Zarr 3 array of one shard, as its writers make them: chunks, then an index of where they lie, each with a CRC. */

const BYTES = { name: "bytes", configuration: { endian: "little" } };
const CRC = { name: "crc32c" };

/** The keys of an array of `dataType`, uint8 or int64, of which chunk `c` is `items` times the number c. */
export function shardedArray(dataType: "uint8" | "int64", chunks: number, items: number): Map<string, Uint8Array> {
  const shape = [chunks * items];
  const configuration = {
    chunk_shape: [items],
    codecs: [BYTES, CRC],
    index_codecs: [BYTES, CRC],
    index_location: "end",
  };
  const metadata = {
    zarr_format: 3,
    node_type: "array",
    shape,
    data_type: dataType,
    chunk_grid: { name: "regular", configuration: { chunk_shape: shape } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: 0,
    codecs: [{ name: "sharding_indexed", configuration }],
    attributes: {},
  };
  return new Map([
    ["/zarr.json", new TextEncoder().encode(JSON.stringify(metadata))],
    ["/c/0", makeShard(dataType === "uint8" ? 1 : 8, chunks, items)],
  ]);
}

/** Between two chunks lie 100 bytes of nothing. */
function makeShard(itemBytes: number, chunks: number, items: number): Uint8Array {
  const parts: Uint8Array[] = [];
  const index = new DataView(new ArrayBuffer(16 * chunks));
  let offset = 0;
  for (let c = 0; c < chunks; c++) {
    const data = new DataView(new ArrayBuffer(items * itemBytes));
    for (let i = 0; i < items; i++) data.setUint8(i * itemBytes, c);
    const chunk = withCrc(new Uint8Array(data.buffer));
    index.setBigUint64(16 * c, BigInt(offset), true);
    index.setBigUint64(16 * c + 8, BigInt(chunk.byteLength), true);
    parts.push(chunk, new Uint8Array(100));
    offset += chunk.byteLength + 100;
  }
  parts.push(withCrc(new Uint8Array(index.buffer)));
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** CRC-32C (RFC 3720, appendix B.4), bit by bit. */
function withCrc(bytes: Uint8Array): Uint8Array {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  const result = new Uint8Array(bytes.byteLength + 4);
  result.set(bytes);
  new DataView(result.buffer).setUint32(bytes.byteLength, ~crc >>> 0, true);
  return result;
}
